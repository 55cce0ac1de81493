"""The median of paired ratios with an interval that needs no assumption about their noise."""

from collections.abc import Sequence
from math import comb
from statistics import median

COVERAGE = 0.95


def median_interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Return the median, and the ends of its 95 % interval.

    The ends are the order statistics that the sign test does not reject: they hold for values of
    any continuous distribution, also with outliers, if the values are independent (W. J. Conover,
    Practical Nonparametric Statistics, third edition, section 3.2). Fewer than six values do not
    determine a 95 % interval; the ends are then minimum and maximum.
    """
    ordered = sorted(values)
    rank = _lowest_rank(len(ordered))
    return median(ordered), ordered[rank], ordered[-1 - rank]


def _lowest_rank(count: int) -> int:
    """Return the largest rank, from 0, that the median is below with at most 2.5 % probability."""
    rejected, below = (1 - COVERAGE) / 2 * 2**count, 0
    for rank in range(count):
        below += comb(count, rank)
        if below > rejected:
            return max(0, rank - 1)
    raise ValueError("The median needs at least one value.")
