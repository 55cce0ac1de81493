"""The data behind a plot: growing point arrays, curves and the keyboard read-out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from studio.ui.widgets.curve_thinning import Points

LineStyle = Literal["solid", "dashed", "dotted"]
ReadoutMove = Literal["previous", "next", "first", "last", "none"]
_FIRST_CAPACITY = 256


class CurveData:
    """The points of one curve, x ascending; a point more takes amortised constant time."""

    def __init__(self) -> None:
        self._xy: Points = np.empty((2, _FIRST_CAPACITY))
        self._count = 0
        self.version = 0  # changes with the data
        self.replacements = 0  # how often all points were replaced

    def __len__(self) -> int:
        return self._count

    @property
    def x(self) -> Points:
        """A view of the x values, float64 [n]."""
        return self._xy[0, : self._count]

    @property
    def y(self) -> Points:
        """A view of the y values, float64 [n]."""
        return self._xy[1, : self._count]

    def append(self, x: float, y: float) -> None:
        """Append one point."""
        self._make_room(1)
        self._xy[:, self._count] = x, y
        self._count += 1
        self.version += 1

    def extend(self, x: Points, y: Points) -> None:
        """Append points: x and y are [m]."""
        self._make_room(len(x))
        end = self._count + len(x)
        self._xy[:, self._count : end] = x, y
        self._count = end
        self.version += 1

    def _make_room(self, count: int) -> None:
        capacity = self._xy.shape[1]
        if self._count + count > capacity:
            larger = np.empty((2, max(2 * capacity, self._count + count)))
            larger[:, : self._count] = self._xy[:, : self._count]
            self._xy = larger

    def replace(self, x: npt.ArrayLike, y: npt.ArrayLike) -> None:
        """Replace all points. Raises ValueError unless x and y have the same length."""
        xs, ys = np.asarray(x, np.float64).ravel(), np.asarray(y, np.float64).ravel()
        if xs.shape != ys.shape:
            raise ValueError(f"x has {xs.size} values, y has {ys.size}")
        self._count = xs.size
        self._xy = np.empty((2, xs.size + max(xs.size // 4, _FIRST_CAPACITY)))
        self._xy[:, : xs.size] = xs, ys
        self.version += 1
        self.replacements += 1

    def between(self, low: float, high: float) -> slice:
        """Return the slice of points with low <= x <= high and one neighbor on either side."""
        first = int(np.searchsorted(self.x, low, "left"))
        last = int(np.searchsorted(self.x, high, "right"))
        return slice(max(first - 1, 0), last + 1)

    def value_at(self, x: float) -> float:
        """Return the y value of the point nearest to `x`; NaN for an empty curve."""
        if not self._count:
            return float("nan")
        right = int(np.searchsorted(self.x, x))
        near = [i for i in (right - 1, right) if 0 <= i < self._count]
        return float(self.y[min(near, key=lambda i: abs(self.x[i] - x))])


@dataclass
class Curve:
    """A named line; with `color` None it takes the next color of the theme's series.

    `raw_data` are the values before smoothing, drawn pale behind the line; None without smoothing.
    `label` stands at its end instead of the name; "" for none. An overlay is drawn behind the other
    curves, and has the color `series` of the theme. A read-out lists curves of one `group`, with
    which their names begin, in one line.
    """

    name: str
    style: LineStyle = "solid"
    color: str | None = None
    data: CurveData = field(default_factory=CurveData)
    raw_data: CurveData | None = None
    label: str | None = None
    series: int | None = None
    group: str = ""

    @property
    def is_overlay(self) -> bool:
        """Whether it is behind the curves of the plot, to compare them with."""
        return self.series is not None

    def has_value_at(self, x: float) -> bool:
        """Whether a read-out at `x` lists it: an overlay may be shorter than the other curves."""
        return not self.is_overlay or self.data.x[0] <= x <= self.data.x[-1]


@dataclass(frozen=True)
class CurveMark:
    """Something that happened at `x`, shown as a vertical line; `text` says what.

    `color` is "#RRGGBB", None for the accent color.
    """

    x: float
    text: str
    color: str | None = None


@dataclass(frozen=True)
class OverlayCurve:
    """A curve to compare with, such as that of another run: x [n] ascending, y [n].

    `label` stands at its end, "" for none; `series` is its color among those of the theme. `group`
    is what its name begins with, for a common line of a read-out.
    """

    name: str
    x: Points
    y: Points
    series: int
    label: str = ""
    style: LineStyle = "solid"
    group: str = ""

    def to_curve(self, is_log: bool) -> Curve:
        """Return the curve to draw, with logarithms of x where the axis is logarithmic."""
        curve = Curve(self.name, self.style, label=self.label, series=self.series, group=self.group)
        curve.data.replace(np.log10(self.x) if is_log else self.x, self.y)
        return curve


@dataclass(frozen=True)
class PlotContent:
    """What a plot shows: curves that are not empty, reference values by name, marked events.

    `best` is the x of the best point and its label.
    """

    curves: Sequence[Curve] = ()
    references: Mapping[str, float] = field(default_factory=dict)
    best: tuple[float, str] | None = None
    marks: Sequence[CurveMark] = ()


def format_value(value: float) -> str:
    """Format a y value with three decimals or three significant digits."""
    return f"{value:.3f}" if 1e-3 <= abs(value) < 1e3 else f"{value:.3g}"


def readout_x(curves: Sequence[Curve], x: float | None, move: ReadoutMove) -> float | None:
    """Return the new x position of a read-out that is at `x` (None: not shown).

    Returns None when the read-out is removed or there are no points. The read-out stops at the
    points of the shortest curve, such as one point per epoch, so that a curve of thousands of
    points does not take thousands of key presses.
    """
    own = [curve for curve in curves if not curve.is_overlay]
    filled = [curve.data.x for curve in own or curves if len(curve.data)]
    if not filled or move == "none":
        return None
    stops = min(filled, key=len)
    if move == "first" or (x is None and move == "next"):
        return float(stops[0])
    if move == "last" or x is None:
        return float(stops[-1])
    if move == "next":
        return float(stops[min(int(np.searchsorted(stops, x, "right")), len(stops) - 1)])
    return float(stops[max(int(np.searchsorted(stops, x, "left")) - 1, 0)])
