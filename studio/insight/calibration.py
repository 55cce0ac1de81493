"""How far predicted probabilities are from the accuracy they promise."""

import numpy as np
from numpy.typing import NDArray

BINS = 15


def expected_calibration_error(
    probabilities: NDArray[np.floating], labels: NDArray[np.integer], bins: int = BINS
) -> float:
    """Return the mean gap between confidence and accuracy, 0..1; 0 without samples.

    `probabilities` [M, K], `labels` [M]. The samples are sorted by the probability of their
    predicted class into `bins` intervals of equal width, open below and closed above; each bin
    counts by its number of samples. M. P. Naeini et al. (2015), with the 15 bins of C. Guo et al.,
    On Calibration of Modern Neural Networks (2017).
    """
    if len(labels) == 0:
        return 0.0
    confidence = probabilities.max(1).astype(np.float64)
    correct = probabilities.argmax(1) == labels
    index = np.clip(np.ceil(confidence * bins).astype(np.intp) - 1, 0, bins - 1)
    gaps = np.bincount(index, correct - confidence, minlength=bins)
    return float(np.abs(gaps).sum() / len(labels))
