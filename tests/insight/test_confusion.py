"""Normalization, order and sentences of a confusion matrix."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import confusion_matrix

from studio.insight.confusion import (
    ConfusedPair,
    confused_pairs,
    normalize_confusion,
    pair_sentence,
    similarity_order,
)

matrices = st.integers(1, 7).flatmap(lambda n: arrays(np.int64, (n, n), elements=st.integers(0, 9)))


@given(st.integers(0, 1000))
def test_normalization_is_that_of_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    true, predicted = rng.integers(0, 4, (2, 50))
    counts = confusion_matrix(true, predicted, labels=range(4))
    for unit, name in (("count", None), ("true", "true"), ("predicted", "pred")):
        expected = confusion_matrix(true, predicted, labels=range(4), normalize=name)
        assert np.allclose(normalize_confusion(counts, unit), expected)


def test_a_class_without_samples_has_zeros():
    counts = np.array([[0, 0], [2, 6]])
    assert normalize_confusion(counts, "true").tolist() == [[0, 0], [0.25, 0.75]]
    assert normalize_confusion(counts, "predicted").tolist() == [[0, 0], [1, 1]]


@given(matrices)
def test_the_order_contains_every_class_once(confusion):
    assert sorted(similarity_order(confusion)) == list(range(len(confusion)))


def test_confused_classes_become_neighbors():
    confusion = 100 * np.eye(6, dtype=int)
    for a, b in ((0, 3), (1, 4), (2, 5)):
        confusion[a, b] = confusion[b, a] = 20
    order = similarity_order(confusion).tolist()
    assert all(abs(order.index(a) - order.index(b)) == 1 for a, b in ((0, 3), (1, 4), (2, 5)))


@pytest.mark.parametrize(
    "confusion", [np.eye(5, dtype=int), np.zeros((4, 4), int), np.ones((2, 2))]
)
def test_without_anything_to_order_by_the_classes_keep_their_order(confusion):
    assert similarity_order(confusion).tolist() == list(range(len(confusion)))


@given(matrices)
def test_pairs_hold_every_mistake_once_and_the_most_frequent_come_first(confusion):
    pairs = confused_pairs(confusion, 100)
    assert sum(p.count + p.reverse for p in pairs) == confusion.sum() - confusion.trace()
    totals = [p.count + p.reverse for p in pairs]
    assert totals == sorted(totals, reverse=True)
    assert all(p.count >= p.reverse and p.count == confusion[p.true, p.predicted] for p in pairs)


@pytest.mark.parametrize(
    ("reverse", "words"),
    [(0, "never happens"), (1, "happens once"), (2, "happens twice"), (3, "happens 3 times")],
)
def test_a_pair_is_said_in_a_sentence(reverse, words):
    pair = ConfusedPair(true=0, predicted=1, count=12, total=982, reverse=reverse)
    assert pair_sentence(pair, ["4", "9"]) == (
        f"4 is predicted as 9 in 12 of 982 samples (1.2 %); the reverse {words}"
    )
