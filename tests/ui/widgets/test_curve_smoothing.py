"""Smoothing of curves, compared with the formula computed one point at a time."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from studio.ui.widgets.curve_smoothing import CurveSmoother, fill_gaps


def reference(y, weight):
    average, result = 0.0, []
    for step, value in enumerate(y, 1):
        average = weight * average + (1 - weight) * value
        result.append(average / (1 - weight**step))
    return result


VALUES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300)


@given(VALUES, st.floats(0, 0.999))
def test_the_average_follows_the_formula(y, weight):
    smoothed = CurveSmoother(weight).smooth(np.array(y))
    np.testing.assert_allclose(smoothed, reference(y, weight), rtol=1e-6, atol=1e-6)


@given(VALUES, st.integers(0, 300))
def test_a_growing_curve_gives_the_same_values(y, first):
    smoother, values = CurveSmoother(0.9), np.array(y)
    parts = [smoother.smooth(part) for part in (values[:first], values[first:])]
    at_once = CurveSmoother(0.9).smooth(values)
    np.testing.assert_allclose(np.concatenate(parts), at_once, rtol=1e-9, atol=1e-9)


def test_without_weight_the_curve_stays():
    y = np.array([3.0, 1.0, 2.0])
    assert CurveSmoother(0).smooth(y).tolist() == y.tolist()


def test_values_that_are_not_finite_count_as_the_one_before():
    y = np.array([np.nan, 2.0, np.inf, 4.0, -np.inf])
    assert fill_gaps(y, 1.0).tolist() == [1.0, 2.0, 2.0, 4.0, 4.0]
    assert np.isfinite(CurveSmoother(0.5).smooth(y)).all()
