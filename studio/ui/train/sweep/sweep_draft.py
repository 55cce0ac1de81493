"""What the dialog of a sweep contains, and the plan that it makes. No Qt here."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from studio.config import TrainConfig
from studio.data.dataset_shape import DatasetShape
from studio.errors import ConfigError
from studio.insight.sweep.axes import (
    find_setting,
    format_values,
    parse_range,
    parse_values,
    suggest_range,
    suggest_values,
)
from studio.insight.sweep.plan import (
    Axis,
    SweepPlan,
    Trial,
    check_plan,
    combinations,
    trial_config,
)
from studio.insight.sweep.values import Value
from studio.training.forecast import known_forecast

Kind = Literal["grid", "random"]

PREVIEW = 4  # combinations shown before they are trained
MAX_SEEDS = 20


@dataclass(frozen=True)
class AxisDraft:
    """A row of the dialog: a setting, and its values or the ends of its range as typed."""

    setting: str
    values: str = ""
    low: str = ""
    high: str = ""


@dataclass(frozen=True)
class SweepDraft:
    """The dialog: `seeds` is their number; the first one is that of the configuration."""

    axes: tuple[AxisDraft, ...] = ()
    kind: Kind = "grid"
    samples: int = 10
    seeds: int = 3


@dataclass(frozen=True)
class Cost:
    """What a plan trains: its combinations, the first of them, and the time in seconds.

    `seconds` is None where nothing was measured; `is_measured` says that this very network was.
    """

    combinations: int
    trainings: int
    seeds: int
    first: tuple[dict[str, Value], ...]
    seconds: float | None = None
    is_measured: bool = False


def has_range(setting: str, kind: str) -> bool:
    """Whether the values of a setting are drawn from a range: numbers in a random search."""
    return kind == "random" and not find_setting(setting).choices


def suggested(setting: str, config: TrainConfig) -> AxisDraft:
    """Return a row with values, and with a range, around the present value."""
    current = read_value(config, setting)
    values = suggest_values(setting, current)
    drawn = suggest_range(setting, current)
    if drawn is None or drawn.low is None or drawn.high is None:
        return AxisDraft(setting, values_text(setting, values))
    low, high = (format_values(setting, [end]) for end in (drawn.low, drawn.high))
    return AxisDraft(setting, values_text(setting, values), low, high)


def values_text(setting: str, values: tuple[Value, ...]) -> str:
    """Return values as the dialog shows them: "0.001, 0.01", "SGD, Adam"."""
    known = find_setting(setting)
    if known.choices:
        return ", ".join(known.format(value) for value in values)
    return format_values(setting, values)


def read_value(config: TrainConfig, setting: str) -> Value | None:
    """Return the value of a dotted setting."""
    value: object = config
    for name in setting.split("."):
        value = getattr(value, name)
    return value if isinstance(value, bool | int | float | str) else None


def read_axis(draft: AxisDraft, kind: str) -> Axis:
    """Return the axis of a row. Raises ConfigError."""
    if has_range(draft.setting, kind):
        return parse_range(draft.setting, draft.low, draft.high, shown=True)
    return Axis(draft.setting, parse_values(draft.setting, draft.values, shown=True))


def seeds_of(config: TrainConfig, number: int) -> tuple[int, ...]:
    """Return the seeds of a sweep: that of the configuration and the next ones."""
    first = min(config.seed, 2**31 - number)
    return tuple(range(first, first + number))


def read_plan(draft: SweepDraft, config: TrainConfig, title: str) -> SweepPlan:
    """Return the plan of a dialog. Raises ConfigError naming a setting."""
    axes = tuple(read_axis(axis, draft.kind) for axis in draft.axes)
    return SweepPlan(
        config,
        axes,
        kind=draft.kind if axes else "grid",
        samples=draft.samples,
        seeds=seeds_of(config, draft.seeds),
        title=title,
    )


def estimate(plan: SweepPlan, data_dir: Path, shape: DatasetShape | None = None) -> Cost:
    """Check every combination and add up what the trainings take; about 2 ms for each of them.

    `shape` is that of own images. Raises ConfigError naming a setting, `axes`, `seeds` or
    `samples`.
    """
    check_plan(plan)
    found = combinations(plan)
    seconds, is_measured = 0.0, True
    known: float | None = 0.0
    for number, values in enumerate(found):
        config = trial_config(plan, Trial(number, number, values, plan.seeds[0]))
        cost = known_forecast(config, data_dir) or known_forecast(config, data_dir, shape)
        if cost is None:
            known = None
            break
        seconds += cost.seconds * len(plan.seeds)
        is_measured = is_measured and cost.is_measured
        known = seconds
    first = tuple(dict(values) for values in found[:PREVIEW])
    trainings = len(found) * len(plan.seeds)
    return Cost(len(found), trainings, len(plan.seeds), first, known, is_measured)


def row_of_error(error: ConfigError, draft: SweepDraft) -> int | None:
    """Return the row of the dialog that an error is about; None for all of them."""
    names = [axis.setting for axis in draft.axes]
    return names.index(error.field) if error.field in names else None
