"""What a sweep trains: one configuration with other values of up to three settings, and seeds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from studio.config import TrainConfig

MAX_AXES = 3
MAX_TRIALS = 500

Value = bool | int | float | str


@dataclass(frozen=True)
class Axis:
    """The values of one setting, such as `optim.lr`: listed, or drawn from `low`..`high`.

    `values` are the values of a grid, or the choices of a random search. A random search over a
    number has no values but the range `low`..`high`; `is_log` draws its logarithm uniformly.
    """

    setting: str
    values: tuple[Value, ...] = ()
    low: float | None = None
    high: float | None = None
    is_log: bool = False


@dataclass(frozen=True)
class SweepPlan:
    """A sweep: `base` with each combination of the axes, each with each seed.

    `kind` "grid" trains all combinations, "random" draws `samples` of them from a generator with
    the seed `sample_seed`. Without axes, only the seeds differ. `recipe_title` is for display.
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
    values: Mapping[str, Any]
    seed: int
