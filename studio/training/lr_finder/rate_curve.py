"""The loss over a rising learning rate, and the rates that it suggests. No torch here.

The rules are those of fastai (fastai/callback/schedule.py), which applies them to the smoothed
losses without the first tenth and the last five. Two things differ. fastai smooths with 0.98, which
lags by 50 of 100 steps: for Digits its minimum was at 3.3, in a loss that had long diverged. And
the steepest fall is looked for before the minimum, where the loss does not recover from a jump.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Rule = Literal["valley", "steepest", "minimum"]

SMOOTHING: Final = 0.95  # the decay of the average of the losses
SKIPPED_FRACTION, SKIPPED_END = 0.1, 5
DIVERGED: Final = 4.0  # the sweep ends when the smoothed loss is this multiple of its minimum
# The smoothed loss must fall by this fraction, or no rate stands out from the noise.
_MIN_FALL = 0.03
_MIN_POINTS = 5


@dataclass(frozen=True)
class Suggestion:
    """A learning rate, and the rule that suggests it."""

    rule: Rule
    rate: float


@dataclass(frozen=True)
class RateCurve:
    """The loss [n] of each step of a sweep, its smoothed value [n], and the rate [n] of the step.

    `suggestions` are empty where the loss hardly fell. `diverged` says whether the sweep ended
    because the loss grew.
    """

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    smoothed: tuple[float, ...]
    suggestions: tuple[Suggestion, ...]
    diverged: bool
    device: str = ""
    precision: str = ""
    seconds: float = 0.0

    @classmethod
    def from_losses(
        cls,
        rates: Sequence[float],
        losses: Sequence[float],
        diverged: bool,
        device: str = "",
        precision: str = "",
        seconds: float = 0.0,
    ) -> "RateCurve":
        """Build from the finite losses of a sweep."""
        smoothed = smooth(losses)
        found = suggest(np.array(rates), smoothed)
        return cls(
            tuple(rates),
            tuple(losses),
            tuple(smoothed.tolist()),
            found,
            diverged,
            device,
            precision,
            seconds,
        )

    @property
    def suggested(self) -> float | None:
        """The rate to use: that of the valley rule, fastai's default; None if there is none."""
        return next((one.rate for one in self.suggestions if one.rule == "valley"), None)


def sweep_rates(lowest: float, highest: float, steps: int) -> Values:
    """Return rates [steps] that rise exponentially from `lowest` and stay below `highest`."""
    return np.asarray(lowest * (highest / lowest) ** (np.arange(steps) / steps), np.float64)


def smooth(losses: Sequence[float]) -> Values:
    """Return the exponential moving average [n], corrected for its start as in Adam."""
    smoothed, average = np.empty(len(losses)), 0.0
    for index, loss in enumerate(losses):
        average = SMOOTHING * average + (1 - SMOOTHING) * loss
        smoothed[index] = average / (1 - SMOOTHING ** (index + 1))
    return smoothed


def suggest(rates: Values, smoothed: Values) -> tuple[Suggestion, ...]:
    """Return the rates that the rules suggest, rounded to two significant figures.

    `rates` and `smoothed` [n] are those of all steps. Nothing where the loss hardly fell.
    """
    first = int(SKIPPED_FRACTION * len(rates))
    rates, smoothed = rates[first:-SKIPPED_END], smoothed[first:-SKIPPED_END]
    if len(rates) < _MIN_POINTS or smoothed.min() > (1 - _MIN_FALL) * smoothed[0]:
        return ()
    rules: dict[Rule, Callable[[Values, Values], float]] = {
        "valley": valley,
        "steepest": steepest,
        "minimum": minimum,
    }
    return tuple(
        Suggestion(name, round_rate(rule(rates, smoothed))) for name, rule in rules.items()
    )


def valley(rates: Values, losses: Values) -> float:
    """Return the rate half-way down the last two thirds of the longest descent.

    The descent is the longest strictly decreasing subsequence of `losses`, whatever rises between
    its members. The rule was proposed by ESRI, and is the default of fastai.
    """
    lengths = np.ones(len(losses), np.int64)
    for index in range(1, len(losses)):
        higher = lengths[:index][losses[:index] > losses[index]]
        if higher.size:
            lengths[index] = higher.max() + 1
    end = int(lengths.argmax())
    length = int(lengths[end])
    section = length / 3
    return float(rates[max(end - length + int(section) + int(section / 2), 0)])


def steepest(rates: Values, losses: Values) -> float:
    """Return the rate before the minimum at which the loss falls fastest over log(rate)."""
    end = max(int(losses.argmin()), 1) + 1
    slopes = np.diff(losses[:end]) / np.diff(np.log(rates[:end]))
    return float(rates[int(slopes.argmin())])


def minimum(rates: Values, losses: Values) -> float:
    """Return a tenth of the rate with the lowest loss: there it is about to diverge."""
    return float(rates[int(losses.argmin())]) / 10


def round_rate(rate: float) -> float:
    """Round a positive rate to two significant figures: the rules are not more exact."""
    return round(rate, 1 - math.floor(math.log10(rate)))
