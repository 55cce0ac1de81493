"""A curve's points in arrays that grow without copying on every append."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
LineStyle = Literal["solid", "dashed", "dotted"]
ReadoutMove = Literal["previous", "next", "first", "last", "none"]
_FIRST_CAPACITY = 256


class CurveData:
    """Points (x ascending) of one curve; `append` is O(1) amortised."""

    def __init__(self) -> None:
        self._xy: Points = np.empty((2, _FIRST_CAPACITY))
        self._count = 0
        self.version = 0  # another number after every change

    def __len__(self) -> int:
        return self._count

    @property
    def x(self) -> Points:
        """View of the x values, float64 [n]."""
        return self._xy[0, : self._count]

    @property
    def y(self) -> Points:
        """View of the y values, float64 [n]."""
        return self._xy[1, : self._count]

    def append(self, x: float, y: float) -> None:
        """Add one point behind the last one."""
        if self._count == self._xy.shape[1]:
            self._grow()
        self._xy[:, self._count] = x, y
        self._count += 1
        self.version += 1

    def replace(self, x: npt.ArrayLike, y: npt.ArrayLike) -> None:
        """Take these points instead of the present ones; x and y have the same length."""
        xs, ys = np.asarray(x, np.float64).ravel(), np.asarray(y, np.float64).ravel()
        if xs.shape != ys.shape:
            raise ValueError(f"x has {xs.size} values, y has {ys.size}")
        self._count = xs.size
        self._xy = np.empty((2, xs.size + max(xs.size // 4, _FIRST_CAPACITY)))
        self._xy[:, : xs.size] = xs, ys
        self.version += 1

    def between(self, low: float, high: float) -> slice:
        """Where the points with x from `low` to `high` lie, and one more on either side."""
        first = int(np.searchsorted(self.x, low, "left"))
        last = int(np.searchsorted(self.x, high, "right"))
        return slice(max(first - 1, 0), last + 1)

    def value_at(self, x: float) -> float:
        """Return y of the point nearest to `x`; nan for an empty curve."""
        if not self._count:
            return float("nan")
        right = int(np.searchsorted(self.x, x))
        near = [i for i in (right - 1, right) if 0 <= i < self._count]
        return float(self.y[min(near, key=lambda i: abs(self.x[i] - x))])

    def _grow(self) -> None:
        grown = np.empty((2, 2 * self._xy.shape[1]))
        grown[:, : self._count] = self._xy[:, : self._count]
        self._xy = grown


@dataclass
class Curve:
    """One named line; `color` None takes the next colour of the theme's series."""

    name: str
    style: LineStyle = "solid"
    color: str | None = None
    data: CurveData = field(default_factory=CurveData)


def format_value(value: float, percent: bool) -> str:
    """A y value as text; with `percent` a fraction 0..1 as a percentage."""
    if percent:
        return f"{100 * value:.1f} %"
    return f"{value:.3f}" if 1e-3 <= abs(value) < 1e3 else f"{value:.3g}"


def readout_x(curves: Sequence[Curve], x: float | None, move: ReadoutMove) -> float | None:
    """Where a read-out at `x` (None: nowhere yet) goes; None where there is no point to go to.

    It stops at the points of the curve with the fewest, such as one an epoch, so that a curve with
    thousands of points does not take thousands of keystrokes.
    """
    filled = [curve.data.x for curve in curves if len(curve.data)]
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


def peaks(x: Points, y: Points, edges: Points) -> tuple[Points, Points]:
    """Thin a long curve to the lowest and highest value of each pixel column.

    x [n] ascending, y [n], `edges` [columns + 1] ascending: column i reaches from edges[i] up to
    edges[i + 1]; what lies before the first or behind the last edge counts to the outer columns.
    Curves of at most 2 points a column come back as they are: a line through the extremes of
    every column looks the same as a line through all points. A value that is no number is passed
    over, unless its column has no other.
    """
    if len(x) <= 2 * (len(edges) - 1):
        return x, y
    starts = np.searchsorted(x, edges[:-1])
    starts = starts[np.diff(starts, prepend=-1) > 0]  # ascending: np.unique would hash them
    starts = starts[starts < len(x)]
    starts[0] = 0
    ends = np.append(starts[1:], len(x)) - 1
    low, high = np.fmin.reduceat(y, starts), np.fmax.reduceat(y, starts)
    if not (np.isfinite(low).all() and np.isfinite(high).all()):
        finite = np.where(np.isfinite(y), y, np.nan)
        low, high = np.fmin.reduceat(finite, starts), np.fmax.reduceat(finite, starts)
    up = _upwards(y[starts], y[ends], low, high)
    return _pairs(x[starts], x[ends]), _pairs(np.where(up, low, high), np.where(up, high, low))


def _upwards(first: Points, last: Points, low: Points, high: Points) -> npt.NDArray[np.bool_]:
    """Which columns are drawn from their lowest to their highest value.

    As the curve runs where it has a direction; to and fro where it is noise, because a line that
    begins where the last one ended has half the way to draw.
    """
    to_and_fro = np.arange(len(low)) % 2 == 0
    with np.errstate(invalid="ignore"):
        return np.where(2 * np.abs(last - first) > high - low, last >= first, to_and_fro)


def _pairs(first: Points, second: Points) -> Points:
    return np.stack([first, second], axis=1).ravel()
