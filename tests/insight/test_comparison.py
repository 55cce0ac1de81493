"""Comparison of two runs: which samples were fixed and broken, and the paired test."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from studio.data.overlay import SampleFix
from studio.data.sample_ids import published_ids
from studio.errors import StudioError
from studio.insight import Evaluation
from studio.insight.comparison import compare_evaluations, mcnemar_p_value
from studio.insight.comparison_text import change_sentence, comparison_values, p_text

NAMES = ("cat", "dog", "eel")


def evaluation(labels, predicted, run="before", **changes):
    """Return an evaluation whose predicted classes have the probability 0.8."""
    probabilities = np.full((len(labels), 3), 0.1, np.float32)
    probabilities[np.arange(len(labels)), predicted] = 0.8
    images = np.zeros((len(labels), 1, 2, 2), np.uint8)
    labels, indices = np.array(labels, np.int64), np.arange(len(labels))
    ids = published_ids(1000, 0)
    made = Evaluation(run, "d", "test", NAMES, images, indices, labels, probabilities, ids=ids)
    return dataclasses.replace(made, **changes)


samples = st.lists(st.tuples(*[st.integers(0, 2)] * 4), min_size=1, max_size=40)


@given(samples)
def test_counts_equal_those_of_plain_python(drawn):
    old, new, was, now = (list(column) for column in zip(*drawn, strict=True))
    comparison = compare_evaluations(evaluation(old, was), evaluation(new, now, "after"))
    same = [(label, w, n) for label, other, w, n in drawn if label == other]
    fixed = sum(w != label == n for label, w, n in same)
    broken = sum(w == label != n for label, w, n in same)
    assert len(comparison.fixed) == fixed
    assert len(comparison.broken) == broken
    assert len(comparison.still_wrong) == sum(w != label != n for label, w, n in same)
    assert len(comparison.relabeled) == len(drawn) - len(same)
    assert comparison.net == fixed - broken
    if same:
        assert comparison.before_accuracy == pytest.approx(np.mean([w == y for y, w, _ in same]))
        assert comparison.after_accuracy == pytest.approx(np.mean([n == y for y, _, n in same]))
    else:
        assert comparison.before_accuracy is comparison.after_accuracy is None


@pytest.mark.parametrize(("fixed", "broken"), [(12, 3), (3, 2), (6, 0), (5, 0), (40, 41), (0, 9)])
def test_the_p_value_is_twice_the_smaller_tail_of_the_binomial_distribution(fixed, broken):
    tail = binom.cdf(min(fixed, broken), fixed + broken, 0.5)
    assert mcnemar_p_value(fixed, broken) == pytest.approx(min(1, 2 * tail))
    assert mcnemar_p_value(broken, fixed) == pytest.approx(mcnemar_p_value(fixed, broken))


@pytest.mark.parametrize(
    ("fixed", "broken", "sentence"),
    [
        (12, 3, "12 fixed, 3 broken: unlikely to be chance, p = 0.035"),
        (3, 2, "3 fixed, 2 broken: may well be chance, p = 1.0"),
        (2, 0, "2 fixed, 0 broken: too few changes to tell, p = 0.50"),
        (5, 0, "5 fixed, 0 broken: too few changes to tell, p = 0.062"),
        (6, 0, "6 fixed, 0 broken: unlikely to be chance, p = 0.031"),
        (0, 30, "0 fixed, 30 broken: unlikely to be chance, p < 0.001"),
    ],
)
def test_the_sentence_is_as_strong_as_the_test(fixed, broken, sentence):
    assert change_sentence(fixed, broken, mcnemar_p_value(fixed, broken)) == sentence


def test_two_equal_runs_have_nothing_to_test():
    same = evaluation([0, 1], [0, 2])
    values = comparison_values(compare_evaluations(same, same))
    assert values["p_value"] == 1.0
    assert values["sentence"].startswith("Nothing fixed, nothing broken")
    relabeled = compare_evaluations(same, evaluation([1, 2], [1, 2]))
    assert comparison_values(relabeled)["sentence"].startswith("No sample has the same label")


def test_a_rounded_p_value_does_not_contradict_the_verdict():
    assert p_text(0.0496) == "p = 0.0496"
    assert p_text(0.0504) == "p = 0.050"


def test_a_relabeled_sample_is_no_fix():
    before = evaluation([0, 1, 1], [1, 1, 0])
    after = evaluation([1, 1, 1], [1, 1, 1], "after")
    comparison = compare_evaluations(before, after)
    values = comparison_values(comparison)
    assert (values["fixed"], values["broken"], values["relabeled"]) == (1, 0, 1)
    assert values["samples"] == 2
    (row,) = values["relabeled_samples"]
    assert (row["before_label"], row["after_label"]) == ("cat", "dog")
    assert values["notes"] == ["Counted apart: 1 relabeled."]


def test_excluded_and_ambiguous_samples_are_counted_apart():
    before = evaluation([0, 0, 0, 0], [1, 1, 1, 1])
    fixes = {"all:1": SampleFix(excluded=True), "all:2": SampleFix(ambiguous=True)}
    after = evaluation(
        [0, 0, 0],
        [0, 0, 1],
        "after",
        indices=np.array([0, 2, 3]),
        fixes=fixes,
        ambiguous_positions=np.array([1]),
    )
    values = comparison_values(compare_evaluations(before, after))
    assert (values["fixed"], values["broken"], values["still_wrong"]) == (1, 0, 1)
    assert values["notes"] == ["Counted apart: 1 ambiguous, 1 excluded."]
    assert [row["sample"] for row in values["ambiguous_samples"]] == ["all:2"]
    assert [row["sample"] for row in values["excluded_samples"]] == ["all:1"]
    reverse = comparison_values(compare_evaluations(after, before))
    assert reverse["notes"] == ["Counted apart: 1 ambiguous, 1 included again."]


def test_only_samples_in_both_splits_are_compared():
    before = evaluation([0, 1, 2], [0, 1, 1])
    after = evaluation([2, 1], [2, 0], "after", indices=np.array([2, 7]))
    comparison = compare_evaluations(before, after)
    assert comparison.fixed.tolist() == [[2, 0]]
    assert (comparison.only_before, comparison.only_after) == (2, 1)
    (note,) = comparison_values(comparison)["notes"]
    assert note == (
        "The runs have different test splits, of 3 and 2 samples: only 1 sample in both can be "
        "compared."
    )
    with pytest.raises(StudioError, match="same split seed"):
        compare_evaluations(before, evaluation([1], [1], indices=np.array([9])))


def test_the_largest_change_comes_first():
    before, after = evaluation([0] * 3, [1] * 3), evaluation([0] * 3, [0] * 3, "after")
    after.probabilities[:, 0] = [0.5, 0.9, 0.7]
    comparison = compare_evaluations(before, after)
    assert comparison.fixed[:, 1].tolist() == [1, 2, 0]
    reverse = compare_evaluations(after, before)
    assert reverse.broken[:, 1].tolist() == [1, 2, 0]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"dataset": "other"}, "different datasets"),
        ({"class_names": ("cat", "dog", "fox")}, "different classes"),
        ({"split": "val"}, "Compare the same split"),
    ],
)
def test_runs_that_cannot_be_compared_are_refused(changes, message):
    before = evaluation([0, 1], [0, 1])
    with pytest.raises(StudioError, match=message):
        compare_evaluations(before, dataclasses.replace(before, **changes))
