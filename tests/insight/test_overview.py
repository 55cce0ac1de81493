"""The figures of the overview against scikit-learn, and their notes."""

import math

import numpy as np
import pytest
from sklearn.metrics import precision_recall_fscore_support

from studio.insight import Evaluation
from studio.insight.calibration import reliability_bins
from studio.insight.overview import (
    accuracy_note,
    calibration_note,
    class_note,
    interval_text,
    summarize_evaluation,
)

NAMES = ("a", "b", "c", "d")


def make_evaluation(size, seed=0, ambiguous=()):
    rng = np.random.default_rng(seed)
    return Evaluation(
        run="run",
        dataset="digits",
        split="test",
        class_names=NAMES,
        images=np.zeros((size, 1, 2, 2), np.uint8),
        indices=np.arange(size),
        labels=rng.integers(0, 3, size),  # class d never occurs
        probabilities=rng.dirichlet(np.ones(4) / 2, size).astype(np.float32),
        ambiguous_positions=np.flatnonzero(ambiguous),
    )


def test_figures_of_each_class_are_those_of_scikit_learn():
    evaluation = make_evaluation(500)
    overview = summarize_evaluation(evaluation)
    expected = precision_recall_fscore_support(
        evaluation.labels, evaluation.predicted, labels=range(4), zero_division=np.nan
    )
    for index, figures in enumerate(overview.classes):
        found = (figures.precision.value, figures.recall.value, figures.f1, figures.support)
        assert found == pytest.approx([column[index] for column in expected], nan_ok=True)
    assert overview.accuracy.value == evaluation.accuracy
    assert overview.reliability.error == evaluation.calibration_error


def test_ambiguous_samples_are_counted_apart():
    marked = np.arange(500) % 5 == 0
    evaluation = make_evaluation(500, ambiguous=marked)
    overview = summarize_evaluation(evaluation)
    correct = evaluation.predicted == evaluation.labels
    assert (overview.accuracy.count, overview.accuracy.total) == (correct[~marked].sum(), 400)
    assert (overview.ambiguous.count, overview.ambiguous.total) == (correct[marked].sum(), 100)
    assert sum(figures.support for figures in overview.classes) == 400
    confidence = evaluation.probabilities.max(1)
    abstained = overview.abstained(0.5)
    assert sorted(abstained) == np.flatnonzero((confidence <= 0.5) & ~marked).tolist()


def test_too_few_samples_are_said():
    few = summarize_evaluation(make_evaluation(30))
    assert accuracy_note(few).startswith("30 samples are too few to say")
    assert class_note(few).startswith("Too few samples in every class")
    many = summarize_evaluation(make_evaluation(3000))
    assert accuracy_note(many) == ""
    assert class_note(many) == (
        "Too few samples of d: their recall is uncertain by more than 20 percentage points."
    )


def test_an_empty_split_has_no_figures():
    overview = summarize_evaluation(make_evaluation(0))
    assert math.isnan(overview.accuracy.value)
    assert (overview.pairs, accuracy_note(overview)) == ((), "")
    assert interval_text(overview.accuracy) == "no samples"
    assert calibration_note(overview.reliability) == "There are no samples to compare."
    assert overview.abstained(0.5).tolist() == []


@pytest.mark.parametrize(
    ("confidence", "correct", "words"),
    [
        (0.9, 0.9, "can be taken literally"),
        (0.9, 0.5, "overconfident; it is correct less often"),
        (0.6, 0.9, "underconfident; it is correct more often"),
    ],
)
def test_calibration_is_put_into_words(confidence, correct, words):
    hits = np.arange(200) < round(200 * correct)
    assert words in calibration_note(reliability_bins(np.full(200, confidence), hits))


def test_gaps_in_both_directions_are_said():
    confidence = np.repeat([0.6, 0.9], 100)
    hits = np.concatenate([np.arange(100) < 90, np.arange(100) < 60])
    assert "too high for some" in calibration_note(reliability_bins(confidence, hits))


def test_few_samples_say_nothing_about_calibration():
    note = calibration_note(reliability_bins(np.full(9, 0.9), np.ones(9, bool)))
    assert "but 9 samples cannot tell" in note
