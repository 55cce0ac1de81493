"""Confusion matrices: normalization, order of the classes, and the pairs confused most often."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from studio.formatting import count, percent

ConfusionUnit = Literal["count", "true", "predicted"]


def normalize_confusion(confusion: NDArray[np.int64], unit: ConfusionUnit) -> NDArray[np.float64]:
    """Return counts [true, predicted] as numbers to show, float64 [K, K].

    "true": fractions of each true class, so that rows sum to 1; "predicted": of each predicted
    class, so that columns sum to 1. A class without samples has zeros. "count": as they are.
    """
    if unit == "count":
        return confusion.astype(np.float64)
    totals = confusion.sum(axis=1 if unit == "true" else 0, keepdims=True)
    rates = np.zeros(confusion.shape)
    np.divide(confusion, totals, out=rates, where=totals > 0)
    return rates


def similarity_order(confusion: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return an order of the classes in which those confused with each other are neighbors.

    int64 [K]: average-linkage clustering of the mean confusion rate of both directions, with the
    leaf order of Z. Bar-Joseph et al., Fast Optimal Leaf Ordering for Hierarchical Clustering
    (2001). The order of the classes without confusions or with fewer than three classes.
    """
    classes = len(confusion)
    rates = normalize_confusion(confusion, "true")
    np.fill_diagonal(rates, 0)
    similarity = (rates + rates.T) / 2
    if classes < 3 or not similarity.any():
        return np.arange(classes)
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    distance = similarity.max() - similarity
    np.fill_diagonal(distance, 0)
    order = leaves_list(linkage(squareform(distance), "average", optimal_ordering=True))
    # Either direction is optimal: begin at the end whose class comes first.
    return np.asarray(order if order[0] < order[-1] else order[::-1], np.int64)


@dataclass(frozen=True)
class ConfusedPair:
    """Two classes and how often each is predicted as the other, the more frequent way first.

    `total` is the number of samples of class `true`; `reverse` counts `predicted` as `true`.
    """

    true: int
    predicted: int
    count: int
    total: int
    reverse: int


def confused_pairs(confusion: NDArray[np.int64], limit: int = 10) -> list[ConfusedPair]:
    """Return the pairs of classes with the most confusions in both directions, most first."""
    errors = confusion * ~np.eye(len(confusion), dtype=bool)
    both = np.triu(errors + errors.T)
    order = np.argsort(-both, axis=None, kind="stable")[:limit]
    found = zip(*np.unravel_index(order, both.shape), strict=True)
    return [_pair(confusion, int(a), int(b)) for a, b in found if both[a, b]]


def _pair(confusion: NDArray[np.int64], first: int, second: int) -> ConfusedPair:
    true, predicted = first, second
    if confusion[second, first] > confusion[first, second]:
        true, predicted = second, first
    return ConfusedPair(
        true,
        predicted,
        int(confusion[true, predicted]),
        int(confusion[true].sum()),
        int(confusion[predicted, true]),
    )


def pair_sentence(pair: ConfusedPair, class_names: Sequence[str]) -> str:
    """Describe a pair: "4 is predicted as 9 in 12 of 982 samples (1.2 %); the reverse …"."""
    true, predicted = class_names[pair.true], class_names[pair.predicted]
    rate = percent(pair.count / pair.total)
    total = count(pair.total, "sample")
    return (
        f"{true} is predicted as {predicted} in {pair.count:,} of {total} ({rate}); "
        f"the reverse {_frequency(pair.reverse)}"
    )


def _frequency(number: int) -> str:
    words = {0: "never happens", 1: "happens once", 2: "happens twice"}
    return words.get(number, f"happens {number:,} times")
