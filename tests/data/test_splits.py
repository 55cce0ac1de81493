"""Splits: disjoint, complete, stratified, seeded."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from studio.data.splits import stratified_split


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
