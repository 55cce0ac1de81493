"""Parts of a set: disjoint, complete, stratified, seeded, and reduced in proportion."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from studio.config import DataConfig
from studio.data.splits import cut_parts, reduce_parts, stratified_sample, stratified_split


@given(
    labels=st.lists(st.integers(0, 5), min_size=1, max_size=200),
    share=st.floats(0.01, 0.9),
    seed=st.integers(0, 2**31),
)
def test_both_sides_are_disjoint_complete_and_stratified(labels, share, seed):
    labels = np.array(labels, np.int64)
    everything = np.arange(len(labels))
    rest, part = stratified_split(labels, everything, share, seed)
    assert np.array_equal(np.sort(np.concatenate([rest, part])), everything)
    for label in np.unique(labels):
        count, taken = (labels == label).sum(), (labels[part] == label).sum()
        if count >= 2:
            assert 1 <= taken <= count - 1
            assert abs(taken - count * share) <= 1


def test_the_seed_decides():
    labels = np.arange(100) % 4
    first, again, other = (stratified_split(labels, np.arange(100), 0.3, s)[1] for s in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@given(
    twins=st.lists(st.integers(0, 30), min_size=1, max_size=100),
    share=st.floats(0.01, 0.9),
    seed=st.integers(0, 9),
)
def test_twins_stay_together(twins, share, seed):
    twins = np.array(twins, np.uint64)
    labels = (twins % 3).astype(np.int64)
    everything = np.arange(len(twins))
    rest, part = stratified_split(labels, everything, share, seed, twins)
    assert np.array_equal(np.sort(np.concatenate([rest, part])), everything)
    assert not set(twins[rest]) & set(twins[part])
    for label in range(3):
        kinds = len(set(twins[labels == label]))
        assert len(set(twins[part][labels[part] == label])) >= (kinds > 1)


def test_where_all_differ_twins_change_nothing():
    labels = np.arange(100) % 4
    alone = np.random.default_rng(0).permutation(100).astype(np.uint64)
    for rest, other in zip(
        stratified_split(labels, np.arange(100), 0.3, 7),
        stratified_split(labels, np.arange(100), 0.3, 7, alone),
        strict=True,
    ):
        assert np.array_equal(rest, other)


def test_parts_that_are_given_stay_as_they_are():
    labels = np.arange(100) % 4
    given_test, given_val = np.arange(90, 100), np.arange(10)
    config = DataConfig(val_share=0.25, test_share=0.5)
    parts = cut_parts(labels, {"test": given_test}, config)
    assert np.array_equal(parts["test"], given_test)
    assert len(parts["val"]) == 22 + 2  # a quarter of each class, rounded
    parts = cut_parts(labels, {"val": given_val, "test": given_test}, config)
    assert np.array_equal(parts["train"], np.arange(10, 90))
    parts = cut_parts(labels, {"val": given_val}, config)
    assert np.array_equal(parts["val"], given_val)
    assert len(parts["test"]) == 46
    moved = cut_parts(labels, {}, config.model_copy(update={"split_seed": 5}))
    still = cut_parts(labels, {}, config)
    assert np.array_equal(moved["test"], still["test"])
    assert not np.array_equal(moved["val"], still["val"])


def test_nothing_has_empty_parts():
    none = np.empty(0, np.int64)
    parts = cut_parts(none, {}, DataConfig(), none.astype(np.uint64))
    assert [len(part) for part in parts.values()] == [0, 0, 0]
    parts = reduce_parts(none, parts, DataConfig(subset=5, test_subset=5))
    assert [len(part) for part in parts.values()] == [0, 0, 0]


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
