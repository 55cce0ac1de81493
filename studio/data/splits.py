"""Seeded, stratified parts of a set of samples."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from studio.config import DataConfig
from studio.data.image_dataset import Split

Indices = NDArray[np.int64]

# A test part never moves, whatever the seeds: figures of all runs stay comparable.
_TEST_SEED = 0


def cut_parts(
    labels: NDArray[np.int64],
    given: Mapping[Split, Indices],
    config: DataConfig,
    twins: NDArray[np.uint64] | None = None,
) -> dict[Split, Indices]:
    """The parts of a set, sorted. `given` are those it brings, the rest is for training.

    A missing test part is cut from the rest first, then a missing validation part. Samples of one
    number in `twins` [N] stay together in what is cut.
    """
    taken = np.concatenate([np.empty(0, np.int64), *given.values()])
    rest = np.setdiff1d(np.arange(len(labels)), taken)
    test, val = given.get("test"), given.get("val")
    if test is None:
        rest, test = stratified_split(labels, rest, config.test_share, _TEST_SEED, twins)
    if val is None:
        rest, val = stratified_split(labels, rest, config.val_share, config.split_seed, twins)
    return {"train": rest, "val": val, "test": test}


def reduce_parts(
    labels: NDArray[np.int64], splits: Mapping[Split, Indices], config: DataConfig
) -> dict[Split, Indices]:
    """The parts with as many samples as the settings leave of them.

    Training and validation keep their proportion. A test part of one size is always the same.
    """
    kept = dict(splits)
    train, val, test = splits["train"], splits["val"], splits["test"]
    if config.subset:
        share = len(val) / max(len(train) + len(val), 1)
        vals = int(np.clip(round(config.subset * share), 1, config.subset - 1))
        kept["val"] = stratified_sample(labels, val, vals, config.split_seed)
        kept["train"] = stratified_sample(labels, train, config.subset - vals, config.split_seed)
    if config.test_subset:
        kept["test"] = stratified_sample(labels, test, config.test_subset, _TEST_SEED)
    return kept


def stratified_split(
    labels: NDArray[np.int64],
    candidates: Indices,
    share: float,
    seed: int,
    twins: NDArray[np.uint64] | None = None,
) -> tuple[Indices, Indices]:
    """Split `candidates` in (rest, part), both sorted; `part` holds `share` of every class.

    A class of two or more samples keeps at least one on each side. Same arguments, same split.
    Samples of one number in `twins` [N] count as one, and land on one side.
    """
    if twins is not None:
        firsts = np.sort(candidates[np.unique(twins[candidates], return_index=True)[1]])
        _, chosen_firsts = stratified_split(labels, firsts, share, seed)
        chosen = candidates[np.isin(twins[candidates], twins[chosen_firsts])]
        return np.setdiff1d(candidates, chosen), chosen
    rng = np.random.default_rng(seed)
    part = [
        rng.permutation(members)[: _count(len(members), share)]
        for members in (candidates[labels[candidates] == c] for c in np.unique(labels[candidates]))
    ]
    chosen = np.sort(np.concatenate(part)) if part else candidates[:0]
    return np.setdiff1d(candidates, chosen), chosen


def stratified_sample(
    labels: NDArray[np.int64], candidates: Indices, count: int, seed: int
) -> Indices:
    """At most `count` of the candidates, sorted, with one of each class where they suffice.

    Shares of the classes are kept as in a proportional vote (A. Sainte-Laguë): the k-th sample of
    a class of n comes at (k + 1/2) / n. A smaller sample is part of every larger one.
    """
    order = np.random.default_rng(seed).permutation(candidates)
    turn = np.empty(len(order))
    for label in np.unique(labels[order]):
        members = np.flatnonzero(labels[order] == label)
        turn[members] = (np.arange(len(members)) + 0.5) / len(members)
        turn[members[0]] = 0
    return np.sort(order[np.argsort(turn, kind="stable")[:count]])


def _count(members: int, share: float) -> int:
    if members < 2:
        return 0
    return int(np.clip(round(members * share), 1, members - 1))
