"""Seeded, stratified parts of a set of samples."""

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]


def stratified_split(
    labels: NDArray[np.int64], candidates: Indices, share: float, seed: int
) -> tuple[Indices, Indices]:
    """Split `candidates` in (rest, part), both sorted; `part` holds `share` of every class.

    A class of two or more samples keeps at least one on each side. Same arguments, same split.
    """
    rng = np.random.default_rng(seed)
    part = [
        rng.permutation(members)[: _count(len(members), share)]
        for members in (candidates[labels[candidates] == c] for c in np.unique(labels[candidates]))
    ]
    chosen = np.sort(np.concatenate(part)) if part else candidates[:0]
    return np.setdiff1d(candidates, chosen), chosen


def _count(members: int, share: float) -> int:
    if members < 2:
        return 0
    return int(np.clip(round(members * share), 1, members - 1))
