"""Robustness: accuracy at each strength of a change, for a predictor that is known exactly."""

import numpy as np
import pytest

from studio.insight.robustness import (
    choose_samples,
    format_value,
    measure_robustness,
    summarize_briefly,
    summarize_curve,
    sweep,
    transform_samples,
)
from studio.insight.sample_transforms import TRANSFORMS, find_transform


class BrightHalfPredictor:
    """Predicts 0 if the left half of an image is brighter than the right half, else 1."""

    def predict(self, images, on_progress=None, should_stop=None):
        halves = images.reshape(len(images), -1, 2, images.shape[-1] // 2).mean((1, 3))
        return np.eye(2, dtype=np.float32)[(halves[:, 1] >= halves[:, 0]).astype(int)]


@pytest.fixture(scope="module")
def samples():
    """Bright bars at the left (class 0) or at the right (class 1) of a black image."""
    labels = np.arange(40) % 2
    images = np.zeros((40, 1, 8, 8), np.uint8)
    images[labels == 0, :, :, 1] = 200
    images[labels == 1, :, :, 6] = 200
    return images, labels.astype(np.int64)


@pytest.mark.parametrize("transform", TRANSFORMS, ids=lambda one: one.key)
def test_every_sweep_rises_and_contains_the_unchanged_image(transform):
    values = sweep(transform)
    assert (np.diff(values) > 0).all()
    assert transform.identity in values
    assert values[0] == transform.low
    assert values[-1] == transform.high
    assert format_value(transform, float(values[0]))


def test_accuracy_falls_where_the_change_moves_a_sample_to_the_other_class(samples):
    images, labels = samples
    curve = measure_robustness(BrightHalfPredictor(), images, labels, find_transform("shift_x"))
    accuracies = {
        float(value): accuracy.value
        for value, accuracy in zip(curve.values, curve.accuracies, strict=True)
    }
    assert accuracies[0.0] == 1.0
    # A bar in column 6 of 8 leaves the image to the right, and one in column 1 never changes sides.
    assert curve.values[curve.unchanged] == 0
    expected = BrightHalfPredictor().predict(
        transform_samples(images, curve.transform, 0.3, np.arange(40))
    )
    assert accuracies[0.3] == (expected.argmax(1) == labels).mean()


def test_the_examples_begin_with_what_the_change_made_wrong(samples):
    images, labels = samples
    swapped = labels.copy()
    swapped[:4] = 1 - swapped[:4]  # wrong also without a change
    curve = measure_robustness(BrightHalfPredictor(), images, swapped, find_transform("rotation"))
    for index in range(len(curve.values)):
        shown = curve.examples(index, 40)
        wrong = curve.predicted[index] != swapped
        was_wrong = curve.predicted[curve.unchanged] != swapped
        new = curve.newly_wrong(index)
        assert new == (wrong & ~was_wrong).sum()
        assert (wrong & ~was_wrong)[shown[:new]].all()
        assert wrong[shown[: wrong.sum()]].all()


def test_noise_of_some_rows_is_the_noise_that_was_measured(samples):
    images, _ = samples
    noise = find_transform("noise")
    every = transform_samples(images, noise, 0.3, np.arange(40))
    rows = np.array([7, 3, 39])
    assert (transform_samples(images, noise, 0.3, rows) == every[rows]).all()


def test_a_summary_names_the_range_and_the_worst_value(samples):
    images, labels = samples
    contrast = measure_robustness(BrightHalfPredictor(), images, labels, find_transform("contrast"))
    assert summarize_curve(contrast) == "Hardly any loss of accuracy in this range: at least 100 %."
    assert summarize_briefly(contrast) == "Holds everywhere; worst 100 %"
    shifted = measure_robustness(BrightHalfPredictor(), images, labels, find_transform("shift_x"))
    low, high = (format_value(shifted.transform, value) for value in shifted.tolerated())
    assert summarize_briefly(shifted).startswith(f"Holds {low} to {high}; worst ")
    assert f"from {low} to {high}; " in summarize_curve(shifted)
    empty = measure_robustness(
        BrightHalfPredictor(), images[:0], labels[:0], find_transform("blur")
    )
    assert summarize_curve(empty) == "There are no samples to measure."


def test_the_chosen_samples_keep_the_proportions_of_the_classes():
    labels = np.repeat([0, 1], [300, 100])
    chosen = choose_samples(labels, 40)
    assert np.bincount(labels[chosen]).tolist() == [30, 10]
    assert (chosen == choose_samples(labels, 40)).all()
