"""Selective prediction: a model that answers only above a confidence, and else abstains."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from studio.insight.intervals import Proportion


@dataclass(frozen=True)
class Selection:
    """What happens at one threshold: which fraction is answered, and how much of it correctly."""

    threshold: float
    coverage: Proportion
    accuracy: Proportion


class SelectivePrediction:
    """Coverage and accuracy by threshold, for `confidence` [M] and `correct` bool [M].

    The samples are sorted once, so that each threshold takes the time of a binary search.
    Y. Geifman and R. El-Yaniv, Selective Classification for Deep Neural Networks (2017).
    """

    def __init__(self, confidence: NDArray[np.floating], correct: NDArray[np.bool_]) -> None:
        self._order = np.argsort(confidence, kind="stable")
        self._sorted = confidence[self._order].astype(np.float64)
        # How many of the first n samples, the least confident ones, are correct [M + 1].
        self._correct = np.concatenate([[0], np.cumsum(correct[self._order])])

    def at(self, threshold: float) -> Selection:
        """Return coverage and accuracy when only samples above `threshold` (0..1) are answered."""
        total, first = len(self._sorted), self._first_above(threshold)
        answered = total - first
        correct = int(self._correct[-1] - self._correct[first])
        return Selection(threshold, Proportion(answered, total), Proportion(correct, answered))

    def abstained(self, threshold: float) -> NDArray[np.int64]:
        """Return the positions of the samples not answered, most confident first, int64 [n]."""
        return self._order[: self._first_above(threshold)][::-1].astype(np.int64)

    def threshold_for(self, accuracy: float) -> float | None:
        """Return the lowest threshold at which `accuracy` is reached; None if there is none."""
        answered = np.arange(len(self._sorted), 0, -1)
        reached = self._correct[-1] - self._correct[:-1] >= accuracy * answered
        reached &= self._is_threshold  # equal confidences are answered together
        if not reached.any():
            return None
        first = int(reached.argmax())
        return float(self._sorted[first - 1]) if first else 0.0

    def curve(self, max_points: int = 400) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the accuracy-coverage curve: coverage (falling) and accuracy, float64 [n].

        At most `max_points` points, spread evenly over the coverage.
        """
        starts = np.flatnonzero(self._is_threshold)
        if len(starts) > max_points:
            starts = starts[np.linspace(0, len(starts) - 1, max_points).round().astype(int)]
        answered = len(self._sorted) - starts
        accuracy = (self._correct[-1] - self._correct[starts]) / answered
        return answered / max(len(self._sorted), 1), accuracy

    @cached_property
    def _is_threshold(self) -> NDArray[np.bool_]:
        """Whether a threshold separates a sample from the one before it, bool [M]."""
        before = np.concatenate([[-1.0], self._sorted[:-1]])
        return np.asarray(before < self._sorted, np.bool_)

    def _first_above(self, threshold: float) -> int:
        return int(np.searchsorted(self._sorted, threshold, side="right"))
