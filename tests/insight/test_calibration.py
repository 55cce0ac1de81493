"""Expected calibration error on sets whose error is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.insight.calibration import expected_calibration_error


def predictions(confidences, correct):
    """Probabilities of two classes and labels, as confident and as correct as told."""
    confidences = np.asarray(confidences, float)
    probabilities = np.stack([confidences, 1 - confidences], 1)
    return probabilities, np.where(correct, 0, 1)


def test_half_of_what_is_certain_being_wrong_is_an_error_of_one_half():
    assert expected_calibration_error(*predictions([1, 1, 1, 1], [1, 1, 0, 0])) == 0.5


def test_promises_kept_are_no_error():
    probabilities, labels = predictions([0.75] * 4 + [1.0] * 4, [1, 1, 1, 0] + [1] * 4)
    assert expected_calibration_error(probabilities, labels) == pytest.approx(0)


def test_errors_of_one_bin_cancel_and_those_of_two_do_not():
    assert expected_calibration_error(*predictions([0.9, 0.92], [1, 0]), bins=2) == pytest.approx(
        0.41
    )
    apart = predictions([0.6, 1.0], [1, 0])
    assert expected_calibration_error(*apart) == pytest.approx((0.4 + 1.0) / 2)


def test_no_samples_have_no_error():
    assert expected_calibration_error(np.zeros((0, 3)), np.zeros(0, int)) == 0


@given(st.integers(0, 1000), st.integers(1, 30))
def test_it_is_a_share(seed, bins):
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet(np.ones(4), 60)
    error = expected_calibration_error(probabilities, rng.integers(0, 4, 60), bins)
    assert 0 <= error <= 1
