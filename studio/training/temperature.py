"""Temperature scaling: probabilities that match how often a model is correct."""

import math

from torch import Tensor

LOWEST, HIGHEST = 0.05, 20.0
_TOLERANCE = 1e-6
_MAX_ITERATIONS = 60  # bisection alone ends well before


def fit_temperature(logits: Tensor, labels: Tensor) -> float:
    """Return the T for which softmax(logits / T) has the lowest cross-entropy on held-out samples.

    `logits` [N, K], `labels` integers [N]; the result lies in LOWEST..HIGHEST. It is 1 where
    nothing can be fitted: no samples, one class, logits that are not finite.

    C. Guo et al., On Calibration of Modern Neural Networks (2017). A split without errors would
    drive T to 0, so the targets are smoothed by one imaginary sample of unknown class, as in
    J. Platt, Probabilistic Outputs for Support Vector Machines (1999).
    """
    logits = logits.detach().double().cpu()
    if logits.numel() == 0 or logits.shape[1] < 2 or not bool(logits.isfinite().all()):
        return 1.0
    known = logits.gather(1, labels.cpu()[:, None]).sum() + logits.mean()
    target = known / (len(logits) + 1)
    return 1 / _minimize(logits, target)


def _minimize(logits: Tensor, target: Tensor) -> float:
    """The 1 / T of the lowest cross-entropy, which is convex in 1 / T: Newton inside a bracket."""
    low, high, inverse = 1 / HIGHEST, 1 / LOWEST, 1.0
    for _ in range(_MAX_ITERATIONS):
        slope, curvature = _derivatives(logits, target, inverse)
        low, high = (low, inverse) if slope > 0 else (inverse, high)
        following = inverse - slope / curvature if curvature > 0 else low
        if not low < following < high:
            following = math.sqrt(low * high)
        if abs(following - inverse) < _TOLERANCE * inverse:
            return following
        inverse = following
    return inverse


def _derivatives(logits: Tensor, target: Tensor, inverse: float) -> tuple[float, float]:
    """First and second derivative of the mean cross-entropy by 1 / T."""
    probabilities = (logits * inverse).softmax(1)
    mean = (probabilities * logits).sum(1)
    variance = (probabilities * (logits - mean[:, None]).square()).sum(1)
    return float(mean.mean() - target), float(variance.mean())
