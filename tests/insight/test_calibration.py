"""Expected calibration error of predictions whose error is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.insight.calibration import expected_calibration_error, reliability_bins


def predictions(confidences, correct):
    """Probabilities of two classes, and labels that make them correct or not."""
    confidences = np.asarray(confidences, float)
    probabilities = np.stack([confidences, 1 - confidences], 1)
    return probabilities, np.where(correct, 0, 1)


def test_certain_predictions_of_which_half_are_wrong():
    assert expected_calibration_error(*predictions([1, 1, 1, 1], [1, 1, 0, 0])) == 0.5


def test_calibrated_predictions_have_no_error():
    probabilities, labels = predictions([0.75] * 4 + [1.0] * 4, [1, 1, 1, 0] + [1] * 4)
    assert expected_calibration_error(probabilities, labels) == pytest.approx(0)


def test_errors_cancel_within_a_bin_only():
    assert expected_calibration_error(*predictions([0.9, 0.92], [1, 0]), bins=2) == pytest.approx(
        0.41
    )
    apart = predictions([0.6, 1.0], [1, 0])
    assert expected_calibration_error(*apart) == pytest.approx((0.4 + 1.0) / 2)


def test_no_samples_have_no_error():
    assert expected_calibration_error(np.zeros((0, 3)), np.zeros(0, int)) == 0


@given(st.integers(0, 1000), st.integers(1, 30))
def test_it_is_a_fraction(seed, bins):
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet(np.ones(4), 60)
    error = expected_calibration_error(probabilities, rng.integers(0, 4, 60), bins)
    assert 0 <= error <= 1


@given(st.integers(0, 1000), st.integers(1, 30))
def test_bins_hold_every_sample_and_their_gaps_make_the_error(seed, bins):
    rng = np.random.default_rng(seed)
    confidence, correct = rng.random(60), rng.random(60) < 0.7
    found = reliability_bins(confidence, correct, bins)
    edges = found.edges
    for low, high, size, mean, accuracy in zip(
        edges[:-1], edges[1:], found.counts, found.confidence, found.accuracy, strict=True
    ):
        inside = (confidence > low) & (confidence <= high)
        assert inside.sum() == size
        if size:
            assert mean == pytest.approx(confidence[inside].mean())
            assert accuracy == pytest.approx(correct[inside].mean())
    gaps = np.abs(np.nan_to_num(found.accuracy - found.confidence))
    assert found.error == pytest.approx((gaps * found.counts).sum() / 60)
    assert found.mean_gap == pytest.approx(confidence.mean() - correct.mean())
