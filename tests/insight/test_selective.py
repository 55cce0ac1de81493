"""Coverage and accuracy by threshold, against a mask over all samples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.insight.selective import SelectivePrediction

# Multiples of 1/8, so that many confidences are equal.
samples = st.lists(st.tuples(st.integers(0, 8).map(lambda n: n / 8), st.booleans()), max_size=40)


def as_arrays(drawn):
    return np.array([c for c, _ in drawn], np.float32), np.array([k for _, k in drawn], bool)


@given(samples, st.floats(0, 1))
def test_every_threshold_selects_the_samples_above_it(drawn, threshold):
    confidence, correct = as_arrays(drawn)
    above = confidence.astype(np.float64) > threshold
    selective = SelectivePrediction(confidence, correct)
    found = selective.at(threshold)
    assert (found.coverage.count, found.coverage.total) == (above.sum(), len(drawn))
    assert (found.accuracy.count, found.accuracy.total) == (correct[above].sum(), above.sum())
    abstained = selective.abstained(threshold)
    assert sorted(abstained) == np.flatnonzero(~above).tolist()
    assert (np.diff(confidence[abstained]) <= 0).all()


@given(samples, st.sampled_from([0.5, 0.8, 1.0]))
def test_the_threshold_for_an_accuracy_is_the_lowest(drawn, accuracy):
    confidence, correct = as_arrays(drawn)
    found = SelectivePrediction(confidence, correct).threshold_for(accuracy)
    thresholds = sorted({0.0, *confidence.tolist()})
    if confidence.size and confidence.min() == 0:
        thresholds = [-1.0, *thresholds]  # a confidence of 0 is above no threshold of the window
    reached = [
        t
        for t in thresholds
        if (confidence > t).any() and correct[confidence > t].mean() >= accuracy
    ]
    assert found == (max(reached[0], 0.0) if reached else None)


@given(samples)
def test_the_curve_ends_where_everything_is_answered(drawn):
    confidence, correct = as_arrays(drawn)
    coverage, accuracy = SelectivePrediction(confidence, correct).curve()
    assert len(coverage) == len(accuracy) == len(np.unique(confidence))
    if drawn:
        assert (coverage[0], accuracy[0]) == (1.0, pytest.approx(correct.mean()))


def test_a_long_curve_is_thinned():
    confidence = np.linspace(0, 1, 5000)
    coverage, _ = SelectivePrediction(confidence, confidence > 0.5).curve(100)
    assert len(coverage) == 100
    assert coverage[0] == 1
