"""What a sweep trains: one configuration with other values of up to three settings, and seeds."""

import itertools
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from studio.config import TrainConfig, setting_label
from studio.data.dataset_shape import fit_model_input
from studio.errors import ConfigError
from studio.insight.sweep.values import Value, Values, check_value, describe_values, value_type
from studio.models import summarize

MAX_AXES = 3
MAX_TRIALS = 500

_DIGITS = 3  # significant digits of a value that is drawn from a range
_DRAWS_PER_SAMPLE = 100  # until a combination is new


@dataclass(frozen=True)
class Axis:
    """The values of one setting, such as `optim.lr`: listed, or drawn from `low`..`high`.

    `values` are the values of a grid, or the choices of a random search. A random search over a
    number may have the range `low`..`high` instead; `is_log` draws its logarithm uniformly.
    """

    setting: str
    values: tuple[Value, ...] = ()
    low: float | None = None
    high: float | None = None
    is_log: bool = False

    @property
    def is_range(self) -> bool:
        """Whether its values are drawn from a range."""
        return not self.values and self.low is not None and self.high is not None


@dataclass(frozen=True)
class SweepPlan:
    """A sweep: `base` with each combination of the axes, each with each seed.

    `kind` "grid" trains all combinations, "random" draws `samples` of them from a generator with
    the seed `sample_seed`. Without axes, only the seeds differ. `title` is for display.
    """

    base: TrainConfig
    axes: tuple[Axis, ...] = ()
    kind: Literal["grid", "random"] = "grid"
    samples: int = 10
    sample_seed: int = 0
    seeds: tuple[int, ...] = (0,)
    title: str = ""


@dataclass(frozen=True)
class Trial:
    """One training of a sweep: its number from 0, the combination it belongs to, and its seed."""

    number: int
    combination: int
    values: Values
    seed: int


def combinations(plan: SweepPlan) -> tuple[Values, ...]:
    """The values of each combination, those of the last axis changing fastest in a grid.

    The first combinations of a random sweep are the same whatever the number of samples. There are
    fewer than `samples` where the axes have no more.
    """
    names = [axis.setting for axis in plan.axes]
    if plan.kind == "grid" or not plan.axes:
        found: Iterator[tuple[Value, ...]] = itertools.product(*(a.values for a in plan.axes))
    else:
        found = _draw(plan)
    return tuple(dict(zip(names, values, strict=True)) for values in found)


def count_trials(plan: SweepPlan) -> int:
    """The number of trainings; of a random sweep the number wanted. Nothing is drawn."""
    if plan.kind == "random" and plan.axes:
        return plan.samples * len(plan.seeds)
    return math.prod(len(axis.values) for axis in plan.axes) * len(plan.seeds)


def trials(plan: SweepPlan) -> tuple[Trial, ...]:
    """All trainings in their order: combinations outermost, seeds innermost."""
    pairs = itertools.product(enumerate(combinations(plan)), plan.seeds)
    return tuple(
        Trial(number, combination, values, seed)
        for number, ((combination, values), seed) in enumerate(pairs)
    )


def trial_config(plan: SweepPlan, trial: Trial) -> TrainConfig:
    """The configuration of one training, which leaves the test split closed.

    Raises ConfigError naming the combination.
    """
    given = {**trial.values, "seed": trial.seed, "engine.test_at_end": False}
    try:
        return fit_model_input(plan.base.with_values(given))
    except ConfigError as error:
        raise _in_combination(error, trial.values) from None


def check_plan(plan: SweepPlan) -> None:
    """Check the axes, the seeds and the configuration of every combination.

    It takes about a millisecond per combination. Raises ConfigError, whose field is a setting,
    `axes`, `seeds` or `samples`.
    """
    check_axes(plan)
    drawn = combinations(plan)
    if plan.kind == "random" and plan.axes and len(drawn) < plan.samples:
        raise ConfigError(
            "samples",
            f"There are only {len(drawn)} different combinations, and {plan.samples} are wanted.",
            "Draw fewer of them, or train them all as a grid.",
        )
    for number, values in enumerate(drawn):
        _check_network(trial_config(plan, Trial(number, number, values, plan.seeds[0])), values)


def check_axes(plan: SweepPlan) -> None:
    """Check the values of each axis, the seeds and the number of trainings, which is quick.

    Raises ConfigError as `check_plan`.
    """
    _check_settings(plan)
    _check_seeds(plan.seeds)
    if plan.kind == "random" and plan.samples < 1:
        raise ConfigError("samples", "A random sweep draws at least one combination.", "Use 10.")
    if (number := count_trials(plan)) > MAX_TRIALS:
        raise ConfigError(
            "axes",
            f"These are {number:,} trainings, and a sweep can have {MAX_TRIALS}.",
            "Use fewer values or seeds, or draw some combinations at random.",
        )


def _check_settings(plan: SweepPlan) -> None:
    if len(plan.axes) > MAX_AXES:
        raise ConfigError("axes", f"A sweep varies at most {MAX_AXES} settings.", "Remove one.")
    names = [axis.setting for axis in plan.axes]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        message = f"“{setting_label(twice)}” is varied twice."
        raise ConfigError(twice, message, "List all of its values once.")
    for axis in plan.axes:
        _check_axis(axis, plan.kind)


def _check_axis(axis: Axis, kind: str) -> None:
    name, label = axis.setting, setting_label(axis.setting)
    if axis.is_range:
        _check_range(axis, kind)
        return
    if not axis.values:
        raise ConfigError(name, f"“{label}” has no values.", "List them: 0.001, 0.01.")
    values = [check_value(name, value) for value in axis.values]
    if len(set(values)) < len(values):
        raise ConfigError(name, f"A value of “{label}” is listed twice.", "List it once.")


def _check_range(axis: Axis, kind: str) -> None:
    name, label = axis.setting, setting_label(axis.setting)
    assert axis.low is not None  # it is a range
    assert axis.high is not None
    if kind == "grid":
        hint = "List the values, or draw them at random."
        raise ConfigError(name, f"“{label}” has a range, and a grid needs values.", hint)
    if value_type(name) not in (int, float):
        raise ConfigError(name, f"“{label}” is no number and has no range.", "List its values.")
    if not axis.low < axis.high:
        message = f"The range of “{label}” is empty."
        raise ConfigError(name, message, "Enter the smaller number first.")
    if axis.is_log and axis.low <= 0:
        message = f"The range of “{label}” has a logarithmic scale and cannot begin at 0."
        raise ConfigError(name, message, "Begin with a small number, such as 0.0001.")
    for bound in (axis.low, axis.high):
        check_value(name, bound)


def _check_seeds(seeds: tuple[int, ...]) -> None:
    if not seeds:
        raise ConfigError("seeds", "A sweep needs at least one seed.", "Write them as 0,1,2.")
    if len(set(seeds)) < len(seeds):
        raise ConfigError("seeds", "A seed is listed twice.", "List it once.")
    for seed in seeds:
        check_value("seed", seed)


def _check_network(config: TrainConfig, values: Values) -> None:
    """Check that the layers fit; those of pretrained weights are not known yet."""
    if config.model.backbone:
        return
    try:
        summarize(config.model)
    except ConfigError as error:
        raise _in_combination(error, values) from None


def _in_combination(error: ConfigError, values: Values) -> ConfigError:
    if not values:
        return error
    message = f"With {describe_values(values)}: {error.message}"
    return ConfigError(error.field, message, error.hint)


def _draw(plan: SweepPlan) -> Iterator[tuple[Value, ...]]:
    """Draw combinations, each at most once, with a generator of its own."""
    generator = random.Random(plan.sample_seed)
    seen: set[tuple[Value, ...]] = set()
    for _ in range(_DRAWS_PER_SAMPLE * plan.samples):
        if len(seen) == plan.samples:
            return
        values = tuple(_draw_value(axis, generator) for axis in plan.axes)
        if values not in seen:
            seen.add(values)
            yield values


def _draw_value(axis: Axis, generator: random.Random) -> Value:
    if not axis.is_range:
        return generator.choice(axis.values)
    assert axis.low is not None  # it is a range
    assert axis.high is not None
    if axis.is_log:
        value = math.exp(generator.uniform(math.log(axis.low), math.log(axis.high)))
    else:
        value = generator.uniform(axis.low, axis.high)
    rounded = float(f"{value:.{_DIGITS}g}")
    is_integer = value_type(axis.setting) is int
    return round(value) if is_integer else min(max(rounded, axis.low), axis.high)
