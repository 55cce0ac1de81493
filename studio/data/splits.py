"""Seeded, stratified splits of a dataset into train, validation and test."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from studio.config import DataConfig
from studio.data.image_dataset import Split

Indices = NDArray[np.int64]

# The test split does not depend on any seed, so that test figures of all runs are comparable.
_TEST_SEED = 0


def make_splits(
    labels: NDArray[np.int64],
    given: Mapping[Split, Indices],
    config: DataConfig,
    groups: NDArray[np.uint64] | None = None,
) -> dict[Split, Indices]:
    """Split a dataset; each split is sorted. `given` are splits that it comes with.

    A missing test split is taken from the other samples first, then a missing validation split;
    the rest is for training. Samples with the same number in `groups` [N] stay together.
    """
    taken = np.concatenate([np.empty(0, np.int64), *given.values()])
    train = np.setdiff1d(np.arange(len(labels)), taken)
    test, val = given.get("test"), given.get("val")
    if test is None:
        train, test = stratified_split(labels, train, config.test_share, _TEST_SEED, groups)
    if val is None:
        train, val = stratified_split(labels, train, config.val_share, config.split_seed, groups)
    return {"train": train, "val": val, "test": test}


def subsample_splits(
    labels: NDArray[np.int64], splits: Mapping[Split, Indices], config: DataConfig
) -> dict[Split, Indices]:
    """Reduce the splits to as many samples as the settings keep.

    Training and validation keep their ratio. A test split of a given size is always the same.
    """
    kept = dict(splits)
    train, val, test = splits["train"], splits["val"], splits["test"]
    if config.subset:
        fraction = len(val) / max(len(train) + len(val), 1)
        val_count = int(np.clip(round(config.subset * fraction), 1, config.subset - 1))
        train_count = config.subset - val_count
        kept["val"] = stratified_sample(labels, val, val_count, config.split_seed)
        kept["train"] = stratified_sample(labels, train, train_count, config.split_seed)
    if config.test_subset:
        kept["test"] = stratified_sample(labels, test, config.test_subset, _TEST_SEED)
    return kept


def stratified_split(
    labels: NDArray[np.int64],
    candidates: Indices,
    fraction: float,
    seed: int,
    groups: NDArray[np.uint64] | None = None,
) -> tuple[Indices, Indices]:
    """Split `candidates` in two, both sorted; the second one holds `fraction` of every class.

    A class of two or more samples keeps at least one on each side. Samples with the same number in
    `groups` [N] count as one and stay together. Same arguments, same split.
    """
    if groups is not None:
        firsts = np.sort(candidates[np.unique(groups[candidates], return_index=True)[1]])
        _, chosen_firsts = stratified_split(labels, firsts, fraction, seed)
        chosen = candidates[np.isin(groups[candidates], groups[chosen_firsts])]
        return np.setdiff1d(candidates, chosen), chosen
    rng = np.random.default_rng(seed)
    by_class = [
        rng.permutation(members)[: _count(len(members), fraction)]
        for members in (candidates[labels[candidates] == c] for c in np.unique(labels[candidates]))
    ]
    chosen = np.sort(np.concatenate(by_class)) if by_class else candidates[:0]
    return np.setdiff1d(candidates, chosen), chosen


def stratified_sample(
    labels: NDArray[np.int64], candidates: Indices, count: int, seed: int
) -> Indices:
    """Return at most `count` of the candidates, sorted, with one of each class if they suffice.

    Classes keep their proportions as in Sainte-Laguë's method: the k-th sample of a class of n has
    rank (k + 1/2) / n. A smaller sample is part of every larger one.
    """
    order = np.random.default_rng(seed).permutation(candidates)
    rank = np.empty(len(order))
    for label in np.unique(labels[order]):
        members = np.flatnonzero(labels[order] == label)
        rank[members] = (np.arange(len(members)) + 0.5) / len(members)
        rank[members[0]] = 0
    return np.sort(order[np.argsort(rank, kind="stable")[:count]])


def _count(members: int, fraction: float) -> int:
    if members < 2:
        return 0
    return int(np.clip(round(members * fraction), 1, members - 1))
