"""Fit and compute how familiar an input is to a model.

Which score: with the bundled model before it was trained on letters, of letters in handwriting
fonts passed, at the threshold that 95 % of MNIST's validation split pass: energy (W. Liu et al.,
Energy-based Out-of-distribution Detection, 2020) 32 %, highest probability 22 %, distance of the
logits from the nearest class center 22 %, Mahalanobis distance of the features 21 %. Of shapes and
scribbles: 32, 21, 19 and 14 %. Label smoothing makes energies alike. The distance of the logits
needs no more than a center for each class.
"""

import torch
from torch import Tensor

from studio.runs.familiarity import LEVELS, Familiarity

# With more classes the centers would outgrow the card; with fewer samples there are no quantiles.
MAX_CLASSES, MIN_SAMPLES = 128, 20

_DIGITS = 4  # of what is stored, after the decimal point


def fit_familiarity(logits: Tensor, labels: Tensor) -> Familiarity | None:
    """Fit the familiarity of a model on held-out samples: logits [N, K], labels [N].

    None where nothing can be fitted: few samples, one or very many classes, values not finite.
    """
    logits, labels = logits.detach().double().cpu(), labels.cpu()
    count, classes = logits.shape
    if count < MIN_SAMPLES or not 1 < classes <= MAX_CLASSES or not bool(logits.isfinite().all()):
        return None
    present = sorted(set(labels.tolist()))
    centers = torch.stack([logits[labels == label].mean(0) for label in present])
    centers = centers.mul(10**_DIGITS).round().div(10**_DIGITS)
    scores = _nearness(logits, centers)
    return Familiarity(quantiles=quantiles(scores), centers=_rows(centers))


def score(familiarity: Familiarity, logits: Tensor, other_logits: Tensor) -> Tensor:
    """The scores [N] of logits [N, K] and, where the familiarity has weights, of others [N, M].

    With weights it is the log odds of all known classes against all others.
    """
    logits = logits.double()
    if familiarity.weights:
        return logits.logsumexp(1) - other_logits.double().logsumexp(1)
    return _nearness(logits, torch.tensor(familiarity.centers, dtype=torch.float64))


def quantiles(scores: Tensor) -> tuple[float, ...]:
    """The scores at LEVELS, ascending; the first is the lowest score."""
    levels = torch.tensor((0.0, *LEVELS[1:]), dtype=torch.float64)
    # Rounded down, so that the sample at a quantile is not below it.
    found = scores.double().quantile(levels) * 10**_DIGITS
    return tuple((found.floor() / 10**_DIGITS).tolist())


def _nearness(logits: Tensor, centers: Tensor) -> Tensor:
    """Minus the distance from the nearest center."""
    return -torch.cdist(logits, centers).amin(1)


def _rows(values: Tensor) -> tuple[tuple[float, ...], ...]:
    return tuple(map(tuple, values.tolist()))
