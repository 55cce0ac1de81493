"""From the results of a sweep to its plot: axes, lines, places of the points. No Qt here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from studio.config import Setting
from studio.insight.sweep.axes import find_setting, is_log_scale
from studio.insight.sweep.plan import SweepPlan
from studio.insight.sweep.values import Value
from studio.ui.train.sweep.sweep_rows import SweepRow
from studio.ui.widgets.mean_figure import MeanFigure, MeanPoint, MeanSeries, round_step

TITLE = "Validation accuracy"
_MOST_LINES = 8
_LOG_RATIO = 8  # of the largest to the smallest value, from which an axis is logarithmic


@dataclass(frozen=True)
class PlotChoice:
    """What the plot shows: the setting on the x axis, and the value of the one that is fixed."""

    x: str = ""
    fixed: Value | None = None


@dataclass(frozen=True)
class PlotRoles:
    """The settings of a plot: on the x axis, one line for each value, and fixed; "" for none."""

    x: str = ""
    line: str = ""
    fixed: str = ""


def plot_roles(plan: SweepPlan, x: str) -> PlotRoles:
    """Return which setting has which place in the plot, with `x` on the x axis if it varies.

    A setting drawn from a range, or with many values, makes no lines: all points are of one color.
    """
    names = [axis.setting for axis in plan.axes]
    if not names:
        return PlotRoles()
    x = x if x in names else names[0]
    listed = [
        axis.setting
        for axis in plan.axes
        if axis.setting != x and 0 < len(axis.values) <= _MOST_LINES
    ]
    line = listed[0] if listed else ""
    others = [name for name in names if name not in (x, line)]
    fixed = others[0] if others and plan.kind == "grid" else ""
    return PlotRoles(x, line, fixed)


def make_figure(
    plan: SweepPlan, rows: Sequence[SweepRow], best: int | None, choice: PlotChoice
) -> MeanFigure:
    """Return the plot of the combinations that have an accuracy."""
    roles = plot_roles(plan, choice.x)
    if not roles.x:
        return _seeds_figure(rows)
    shown = [row for row in rows if row.has_accuracy and _is_fixed(row, roles, choice)]
    scale = AxisScale.of(find_setting(roles.x), [row.values[roles.x] for row in rows])
    series = tuple(
        _series(
            name, [row for row in shown if _line_value(row, roles) == value], roles, scale, best
        )
        for value, name in _lines(roles, rows)
    )
    connected = plan.kind == "grid" and scale.is_ordered
    series = tuple(MeanSeries(one.name, one.points, connected) for one in series if one.points)
    return MeanFigure(TITLE, _x_title(roles, choice), series, scale.ticks())


def _x_title(roles: PlotRoles, choice: PlotChoice) -> str:
    """Return the title of the x axis, with the value of the setting that is fixed."""
    title = find_setting(roles.x).label
    if not roles.fixed or choice.fixed is None:
        return title
    known = find_setting(roles.fixed)
    return f"{title} (at {known.label.lower()} {known.format(choice.fixed)})"


def _is_fixed(row: SweepRow, roles: PlotRoles, choice: PlotChoice) -> bool:
    return not roles.fixed or row.values[roles.fixed] == choice.fixed


def _line_value(row: SweepRow, roles: PlotRoles) -> Value | None:
    return row.values[roles.line] if roles.line else None


def _lines(roles: PlotRoles, rows: Sequence[SweepRow]) -> list[tuple[Value | None, str]]:
    if not roles.line:
        return [(None, TITLE)]
    known = find_setting(roles.line)
    return [(v, _short(known, v)) for v in ordered_values(known, [r.values for r in rows])]


def _short(known: Setting, value: Value) -> str:
    text = known.format(value)
    return text if known.choices and not isinstance(value, bool) else f"{known.label} {text}"


def ordered_values(known: Setting, values: Sequence[Mapping[str, Value]]) -> list[Value]:
    """Return the different values of a setting: numbers ascending, choices in their own order."""
    different = list(dict.fromkeys(one[known.name] for one in values))
    if any(isinstance(value, str | bool) for value in different):
        return different
    return sorted(different, key=float)


def _series(
    name: str, rows: Sequence[SweepRow], roles: PlotRoles, scale: "AxisScale", best: int | None
) -> MeanSeries:
    points = [_point(row, scale.place(row.values[roles.x]), best) for row in rows]
    return MeanSeries(name, tuple(sorted(points, key=lambda point: point.x)))


def _point(row: SweepRow, x: float, best: int | None) -> MeanPoint:
    return MeanPoint(
        x,
        row.mean,
        row.low,
        row.high,
        row.seed_values,
        row.combination,
        row.spoken,
        is_best=row.combination == best,
    )


def _seeds_figure(rows: Sequence[SweepRow]) -> MeanFigure:
    """Each seed at its place, and the mean with its interval across them."""
    row = rows[0] if rows else None
    if row is None or not row.has_accuracy:
        return MeanFigure(TITLE, "Seed")
    found = [one for one in row.seeds if one.accuracy is not None]
    points = tuple(
        MeanPoint(
            float(place), one.accuracy or 0.0, float("nan"), float("nan"), key=place, text=one.text
        )
        for place, one in enumerate(found)
    )
    band = (row.low, row.mean, row.high) if len(found) > 1 else None
    ticks = tuple((float(place), str(one.seed)) for place, one in enumerate(found))
    return MeanFigure(TITLE, "Seed", (MeanSeries(TITLE, points, is_connected=False),), ticks, band)


@dataclass(frozen=True)
class AxisScale:
    """Where the values of a setting are on the x axis.

    Choices, and numbers whose scale is logarithmic but that contain 0, are at equal distances.
    `is_ordered` says that a line between two values makes sense.
    """

    known: Setting
    values: tuple[Value, ...]
    is_log: bool
    is_even: bool

    @classmethod
    def of(cls, known: Setting, values: Sequence[Value]) -> "AxisScale":
        """Return the scale that suits these values of a setting."""
        different = ordered_values(known, [{known.name: value} for value in values])
        if any(isinstance(value, str | bool) for value in different):
            return cls(known, tuple(different), is_log=False, is_even=True)
        low, high = (float(different[0]), float(different[-1])) if different else (0.0, 0.0)
        wants_log = is_log_scale(known.name) or (low > 0 and high / low >= _LOG_RATIO)
        is_log = wants_log and low > 0
        return cls(known, tuple(different), is_log, is_even=wants_log and not is_log)

    @property
    def is_ordered(self) -> bool:
        """Whether the values are numbers."""
        return not any(isinstance(value, str | bool) for value in self.values)

    def place(self, value: Value) -> float:
        """Return the place of a value on the axis."""
        if self.is_even:
            return float(self.values.index(value))
        return log10(float(value)) if self.is_log else float(value)

    def ticks(self) -> tuple[tuple[float, str], ...]:
        """Return the places with labels: the values if they are few, else round numbers."""
        if self.is_even or len(self.values) <= _MOST_LINES:
            return tuple((self.place(value), self.known.format(value)) for value in self.values)
        places = [self.place(value) for value in self.values]
        low, high = min(places, default=0.0), max(places, default=0.0)
        numbers = _decades(low, high) if self.is_log else _round_numbers(low, high)
        return tuple((place, self.known.format(number)) for place, number in numbers)


def _decades(low: float, high: float) -> list[tuple[float, float]]:
    steps = (1, 2, 5) if high - low < 2 else (1,)
    numbers = [step * 10.0**power for power in range(floor(low), ceil(high) + 1) for step in steps]
    return [(log10(n), n) for n in numbers if low - 1e-9 <= log10(n) <= high + 1e-9]


def _round_numbers(low: float, high: float) -> list[tuple[float, float]]:
    step = round_step(high - low or 1.0)
    numbers = [n * step for n in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]
    return [(number, float(f"{number:.12g}")) for number in numbers]


def best_value(rows: Sequence[SweepRow], best: int | None, name: str) -> Value | None:
    """Return the value of a setting in the best combination, else in the first one."""
    if not name or not rows:
        return None
    chosen = next((row for row in rows if row.combination == best), rows[0])
    return chosen.values[name]
