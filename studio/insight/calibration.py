"""How well confidence agrees with accuracy: reliability diagram and expected calibration error."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

CALIBRATION_BINS = 15


@dataclass(frozen=True, eq=False)
class ReliabilityBins:
    """Samples sorted by confidence into B bins of equal width, open below and closed above.

    counts int64 [B]; mean confidence and accuracy of each bin, float64 [B], NaN without samples.
    """

    counts: NDArray[np.int64]
    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    error: float
    """Expected calibration error, 0..1: the mean of |accuracy - confidence|, weighted by counts."""

    @property
    def edges(self) -> NDArray[np.float64]:
        """Bounds of the bins, float64 [B + 1] from 0 to 1."""
        return np.linspace(0, 1, len(self.counts) + 1)

    @property
    def mean_gap(self) -> float:
        """Mean confidence minus accuracy of all samples; positive for an overconfident model."""
        if not self.counts.any():
            return 0.0
        gaps = np.where(self.counts > 0, self.confidence - self.accuracy, 0.0)
        return float((gaps * self.counts).sum() / self.counts.sum())


def reliability_bins(
    confidence: NDArray[np.floating], correct: NDArray[np.bool_], bins: int = CALIBRATION_BINS
) -> ReliabilityBins:
    """Sort samples by `confidence` [M], the probability of their predicted class, into bins.

    `correct` [M] says which predictions are correct. M. P. Naeini et al. (2015), with the 15 bins
    of C. Guo et al., On Calibration of Modern Neural Networks (2017).
    """
    confidence = confidence.astype(np.float64)
    index = np.clip(np.ceil(confidence * bins).astype(np.intp) - 1, 0, bins - 1)
    counts = np.bincount(index, minlength=bins)
    gaps = np.bincount(index, correct - confidence, minlength=bins)
    return ReliabilityBins(
        counts=counts.astype(np.int64),
        confidence=_mean(np.bincount(index, confidence, minlength=bins), counts),
        accuracy=_mean(np.bincount(index, correct, minlength=bins), counts),
        error=float(np.abs(gaps).sum() / max(len(confidence), 1)),
    )


def expected_calibration_error(
    probabilities: NDArray[np.floating], labels: NDArray[np.integer], bins: int = CALIBRATION_BINS
) -> float:
    """Return the mean gap between confidence and accuracy, 0..1; 0 without samples.

    `probabilities` [M, K], `labels` [M]; the bins are those of `reliability_bins`.
    """
    if len(labels) == 0:
        return 0.0
    correct = probabilities.argmax(1) == labels
    return reliability_bins(probabilities.max(1), correct, bins).error


def _mean(sums: NDArray[Any], counts: NDArray[np.int64]) -> NDArray[np.float64]:
    means = np.full(len(counts), np.nan)
    np.divide(sums, counts, out=means, where=counts > 0)
    return means
