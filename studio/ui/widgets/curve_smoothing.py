"""Smooth a growing curve with an exponential moving average."""

from itertools import accumulate

import numpy as np

from studio.ui.widgets.curve_thinning import Points

_BLOCK = 64  # points that one matrix product smooths; larger ones compute more than they save

_LAST_CORRECTED = 40_000  # up to the weight 0.999


class CurveSmoother:
    """Smooths the y values of one curve; of a curve that has grown only the new points.

    The average s_t = w s_{t-1} + (1 - w) y_t starts from 0, and is divided by 1 - w^t for that
    (D. P. Kingma and J. Ba, Adam, 2015, section 3). Values that are not finite count as the one
    before them.
    """

    def __init__(self, weight: float) -> None:
        """`weight` is that of the past, 0 <= w < 1; 0 leaves a curve as it is."""
        self.weight = weight
        self._average = 0.0
        self._last = 0.0  # finite value
        self._done = 0

    def smooth(self, y: Points) -> Points:
        """Return the smoothed values float64 [m] of the next values y [m] of the curve."""
        if not len(y):
            return y
        smoothed = self._continue(y, self._done)
        self._done += len(y)
        return smoothed

    def _continue(self, y: Points, done: int) -> Points:
        values = fill_gaps(y, self._last)
        self._last = float(values[-1])
        averages = self._blocks(values)
        self._average = float(averages[-1])
        # Later steps change nothing any more: 1 - w^t is 1.
        early = averages[: max(_LAST_CORRECTED - done, 0)]
        early /= 1 - self.weight ** np.arange(done + 1.0, done + len(early) + 1)
        return averages

    def _blocks(self, values: Points) -> Points:
        """Return the averages: within blocks by a matrix, from block to block by a loop."""
        blocks = np.pad(values, (0, -len(values) % _BLOCK)).reshape(-1, _BLOCK)
        powers = self.weight ** np.arange(_BLOCK + 1.0)
        ages = np.subtract.outer(np.arange(_BLOCK), np.arange(_BLOCK))
        kernel = np.where(ages >= 0, (1 - self.weight) * powers[np.maximum(ages, 0)], 0)
        within = blocks @ kernel.T
        ends = within[:-1, -1].tolist()
        starts = accumulate(
            ends, lambda start, end: start * powers[_BLOCK] + end, initial=self._average
        )
        return np.asarray((within + np.outer([*starts], powers[1:])).ravel()[: len(values)])


def fill_gaps(y: Points, first: float) -> Points:
    """Return y [n] with the last finite value in place of those that are not; `first` before."""
    finite = np.isfinite(y)
    if finite.all():
        return y
    newest = np.maximum.accumulate(np.where(finite, np.arange(len(y)), -1))
    return np.where(newest >= 0, y[newest], first)
