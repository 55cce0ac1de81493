"""Confident learning, against the paper's equations for one sample at a time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from studio.insight.label_issues.confident_learning import (
    NO_CLASS,
    best_other_class,
    class_thresholds,
    confident_classes,
    confident_joint,
    self_confidence,
)


@st.composite
def predictions(draw):
    samples, classes = draw(st.integers(1, 12)), draw(st.integers(2, 4))
    weights = draw(hnp.arrays(np.float64, (samples, classes), elements=st.floats(0.01, 1)))
    labels = draw(hnp.arrays(np.int64, samples, elements=st.integers(0, classes - 1)))
    return weights / weights.sum(1, keepdims=True), labels


@given(predictions())
def test_each_sample_is_counted_by_its_confident_class(case):
    probabilities, labels = case
    samples, classes = probabilities.shape
    thresholds = [
        np.mean([probabilities[n, k] for n in range(samples) if labels[n] == k])
        if k in labels
        else np.inf
        for k in range(classes)
    ]
    np.testing.assert_allclose(class_thresholds(probabilities, labels), thresholds)
    confident = confident_classes(probabilities, labels)
    joint = np.zeros((classes, classes), int)
    for n, row in enumerate(probabilities):
        reached = [
            k for k in range(classes) if row[k] >= class_thresholds(probabilities, labels)[k]
        ]
        expected = max(reached, key=lambda k, row=row: row[k]) if reached else NO_CLASS
        assert confident[n] == expected
        if reached:
            joint[labels[n], expected] += 1
    assert np.array_equal(confident_joint(labels, confident, classes), joint)


def test_the_joint_of_an_example():
    """Four samples of class 0, of which the last one is confidently of class 1."""
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.05, 0.95], [0.1, 0.9]])
    labels = np.array([0, 0, 0, 0, 1])
    assert class_thresholds(probabilities, labels) == pytest.approx([0.6125, 0.9])
    confident = confident_classes(probabilities, labels)
    assert confident.tolist() == [0, 0, 0, 1, 1]
    assert confident_joint(labels, confident, 2).tolist() == [[3, 1], [0, 1]]


@given(predictions())
def test_the_best_other_class_is_never_the_label(case):
    probabilities, labels = case
    other = best_other_class(probabilities, labels)
    assert (other != labels).all()
    for n, row in enumerate(probabilities):
        assert row[other[n]] == max(np.delete(row, labels[n]))
    assert self_confidence(probabilities, labels).tolist() == [
        row[label] for row, label in zip(probabilities, labels, strict=True)
    ]
