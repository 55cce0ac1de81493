"""Confidence intervals of proportions, such as an accuracy, and when they are too wide to use."""

from dataclasses import dataclass
from math import sqrt

# Quantile of the standard normal distribution of a two-sided 95 % interval.
Z_95 = 1.959963984540054

# An interval wider than this, in fractions, leaves too much open: 10 percentage points for the
# accuracy of a split, 20 for the recall or precision of one class.
MAX_WIDTH, MAX_CLASS_WIDTH = 0.10, 0.20


@dataclass(frozen=True)
class Proportion:
    """`count` of `total` samples, with the 95 % interval `low`..`high` of the true proportion."""

    count: int
    total: int

    @property
    def value(self) -> float:
        """The fraction observed; NaN without samples."""
        return self.count / self.total if self.total else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """The Wilson interval; 0..1 without samples."""
        return wilson_interval(self.count, self.total)

    @property
    def width(self) -> float:
        """The width of the interval as a fraction, 0..1."""
        low, high = self.interval
        return high - low


def wilson_interval(count: int, total: int, z: float = Z_95) -> tuple[float, float]:
    """Return the score interval of a binomial proportion, 95 % by default; 0..1 without samples.

    Unlike the normal approximation it holds for few samples and for proportions near 0 and 1.
    E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference, Journal of
    the American Statistical Association 22 (1927).
    """
    if total == 0:
        return 0.0, 1.0
    fraction, extra = count / total, z * z / total
    center = fraction + extra / 2
    margin = z * sqrt((fraction * (1 - fraction) + extra / 4) / total)
    low, high = (center - margin) / (1 + extra), (center + margin) / (1 + extra)
    # Exact at the ends, where rounding would leave a remainder.
    return (0.0 if count == 0 else max(low, 0.0)), (1.0 if count == total else min(high, 1.0))
