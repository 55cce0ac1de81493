"""Splits are disjoint, complete, stratified, seeded, and reduced in proportion."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from studio.config import DataConfig
from studio.data.splits import make_splits, stratified_sample, stratified_split, subsample_splits


@given(
    labels=st.lists(st.integers(0, 5), min_size=1, max_size=200),
    fraction=st.floats(0.01, 0.9),
    seed=st.integers(0, 2**31),
)
def test_both_sides_are_disjoint_complete_and_stratified(labels, fraction, seed):
    labels = np.array(labels, np.int64)
    everything = np.arange(len(labels))
    rest, split = stratified_split(labels, everything, fraction, seed)
    assert np.array_equal(np.sort(np.concatenate([rest, split])), everything)
    for label in np.unique(labels):
        count, taken = (labels == label).sum(), (labels[split] == label).sum()
        if count >= 2:
            assert 1 <= taken <= count - 1
            assert abs(taken - count * fraction) <= 1


def test_the_split_depends_on_the_seed():
    labels = np.arange(100) % 4
    first, again, other = (stratified_split(labels, np.arange(100), 0.3, s)[1] for s in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@given(
    groups=st.lists(st.integers(0, 30), min_size=1, max_size=100),
    fraction=st.floats(0.01, 0.9),
    seed=st.integers(0, 9),
)
def test_groups_stay_together(groups, fraction, seed):
    groups = np.array(groups, np.uint64)
    labels = (groups % 3).astype(np.int64)
    everything = np.arange(len(groups))
    rest, split = stratified_split(labels, everything, fraction, seed, groups)
    assert np.array_equal(np.sort(np.concatenate([rest, split])), everything)
    assert not set(groups[rest]) & set(groups[split])
    for label in range(3):
        kinds = len(set(groups[labels == label]))
        assert len(set(groups[split][labels[split] == label])) >= (kinds > 1)


def test_groups_of_one_change_nothing():
    labels = np.arange(100) % 4
    alone = np.random.default_rng(0).permutation(100).astype(np.uint64)
    for rest, other in zip(
        stratified_split(labels, np.arange(100), 0.3, 7),
        stratified_split(labels, np.arange(100), 0.3, 7, alone),
        strict=True,
    ):
        assert np.array_equal(rest, other)


def test_given_splits_are_kept():
    labels = np.arange(100) % 4
    given_test, given_val = np.arange(90, 100), np.arange(10)
    config = DataConfig(val_share=0.25, test_share=0.5)
    splits = make_splits(labels, {"test": given_test}, config)
    assert np.array_equal(splits["test"], given_test)
    assert len(splits["val"]) == 22 + 2  # a quarter of each class, rounded
    splits = make_splits(labels, {"val": given_val, "test": given_test}, config)
    assert np.array_equal(splits["train"], np.arange(10, 90))
    splits = make_splits(labels, {"val": given_val}, config)
    assert np.array_equal(splits["val"], given_val)
    assert len(splits["test"]) == 46
    moved = make_splits(labels, {}, config.model_copy(update={"split_seed": 5}))
    still = make_splits(labels, {}, config)
    assert np.array_equal(moved["test"], still["test"])
    assert not np.array_equal(moved["val"], still["val"])


def test_an_empty_dataset_has_empty_splits():
    none = np.empty(0, np.int64)
    splits = make_splits(none, {}, DataConfig(), none.astype(np.uint64))
    assert [len(split) for split in splits.values()] == [0, 0, 0]
    splits = subsample_splits(none, splits, DataConfig(subset=5, test_subset=5))
    assert [len(split) for split in splits.values()] == [0, 0, 0]


@given(
    sizes=st.lists(st.integers(1, 60), min_size=1, max_size=6),
    count=st.integers(1, 150),
    seed=st.integers(0, 9),
)
def test_a_sample_is_in_proportion_and_has_every_class(sizes, count, seed):
    labels = np.repeat(np.arange(len(sizes)), sizes)
    chosen = stratified_sample(labels, np.arange(len(labels)), count, seed)
    assert len(set(chosen)) == len(chosen) == min(count, len(labels))
    taken = np.bincount(labels[chosen], minlength=len(sizes))
    assert (taken > 0).sum() == min(count, len(sizes))
    smaller = stratified_sample(labels, np.arange(len(labels)), max(1, count // 2), seed)
    assert set(smaller) <= set(chosen)


def test_a_sample_keeps_the_proportions():
    labels = np.repeat([0, 1, 2], [600, 300, 100])
    chosen = stratified_sample(labels, np.arange(1000), 100, 0)
    assert np.bincount(labels[chosen]).tolist() == [60, 30, 10]
