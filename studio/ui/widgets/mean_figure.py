"""Means with intervals over one x axis, as plain values, and their place in a plot. No Qt here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor, isfinite, log10

_MIN_SPREAD = 0.01  # of the y axis, in fractions
_ROUND = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True)
class MeanPoint:
    """A mean with the ends of its interval (NaN for none), and the single values behind it.

    All are fractions 0..1. `x` is the place on the axis. `key` names the point in signals, `text`
    describes it.
    """

    x: float
    mean: float
    low: float
    high: float
    values: tuple[float, ...] = ()
    key: int = 0
    text: str = ""
    is_best: bool = False

    @property
    def has_interval(self) -> bool:
        """Whether there is an interval to draw."""
        return isfinite(self.low) and isfinite(self.high)


@dataclass(frozen=True)
class MeanSeries:
    """Points with x ascending, and whether a line connects them."""

    name: str
    points: tuple[MeanPoint, ...]
    is_connected: bool = True


@dataclass(frozen=True)
class MeanFigure:
    """What a plot shows: series over an x axis with ticks (place, label).

    `band` is a mean and its interval over the whole x axis: (low, mean, high).
    """

    title: str = ""
    x_title: str = ""
    series: tuple[MeanSeries, ...] = ()
    ticks: tuple[tuple[float, str], ...] = ()
    band: tuple[float, float, float] | None = None

    def points(self) -> list[MeanPoint]:
        """Return all points, series by series."""
        return [point for one in self.series for point in one.points]

    def find(self, key: int | None) -> tuple[int, int] | None:
        """Return the series and the index of the point with a key; None without one."""
        return None if key is None else self._places.get(key)

    @cached_property
    def _places(self) -> dict[int, tuple[int, int]]:
        return {
            point.key: (number, index)
            for number, one in enumerate(self.series)
            for index, point in enumerate(one.points)
        }

    @cached_property
    def x_range(self) -> tuple[float, float]:
        """The ends of the x axis, with a margin beside the first and the last point."""
        places = [point.x for point in self.points()] + [place for place, _ in self.ticks]
        if not places:
            return 0.0, 1.0
        low, high = min(places), max(places)
        margin = 0.08 * (high - low) or 0.5
        return low - margin, high + margin

    @cached_property
    def y_range(self) -> tuple[float, float]:
        """Round ends of the y axis in 0..1.

        All means and single values are inside. Of intervals that are much wider, as those of two
        seeds are, only a part is: they would flatten everything else.
        """
        inside = [v for point in self.points() for v in (point.mean, *point.values) if isfinite(v)]
        if self.band is not None:
            inside.append(self.band[1])
        if not inside:
            return 0.0, 1.0
        low, high = min(inside), max(inside)
        room = max(high - low, _MIN_SPREAD)
        ends = [v for p in self.points() if p.has_interval for v in (p.low, p.high)]
        ends += [self.band[0], self.band[2]] if self.band is not None else []
        low = max(min([low - 0.1 * room, *ends]), low - room, 0.0)
        high = min(max([high + 0.1 * room, *ends]), high + room, 1.0)
        step = round_step(high - low)
        return max(0.0, floor(low / step + 1e-9) * step), min(1.0, ceil(high / step - 1e-9) * step)

    @cached_property
    def y_ticks(self) -> list[float]:
        """Round values of the y axis."""
        low, high = self.y_range
        step = round_step(high - low)
        return [n * step for n in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]


def round_step(span: float, steps: int = 4) -> float:
    """Return the smallest 1, 2 or 5 times a power of ten that is at least span / steps."""
    raw = max(span, 1e-9) / steps
    power = 10.0 ** floor(log10(raw))
    return next(r * power for r in _ROUND if raw <= r * power * (1 + 1e-9))


def spread_apart(wanted: Sequence[float], height: float, end: float) -> list[float]:
    """Return places near `wanted` that are at least `height` apart and at most `end`.

    For labels beside the ends of lines; the order of the places stays.
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    placed = [wanted[index] for index in order]
    for index in range(1, len(placed)):
        placed[index] = max(placed[index], placed[index - 1] + height)
    limit = end
    for index in reversed(range(len(placed))):
        placed[index] = min(placed[index], limit)
        limit = placed[index] - height
    result = [0.0] * len(wanted)
    for index, place in zip(order, placed, strict=True):
        result[index] = place
    return result


def visible_ticks(
    ticks: Iterable[tuple[float, float, str]], gap: float
) -> list[tuple[float, float, str]]:
    """Return the ticks (center, width, label), in pixels, that do not touch the one before."""
    shown: list[tuple[float, float, str]] = []
    for center, width, text in ticks:
        if not shown or center - width / 2 >= shown[-1][0] + shown[-1][1] / 2 + gap:
            shown.append((center, width, text))
    return shown
