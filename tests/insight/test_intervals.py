"""Wilson intervals against scipy."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from studio.insight.intervals import Proportion, wilson_interval


@given(st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_intervals_are_those_of_scipy(counts):
    expected = binomtest(*counts).proportion_ci(0.95, method="wilson")
    assert wilson_interval(*counts) == pytest.approx((expected.low, expected.high), abs=1e-12)


@given(st.integers(1, 1000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_contains_the_fraction_observed(counts):
    proportion = Proportion(*counts)
    low, high = proportion.interval
    assert 0 <= low <= proportion.value <= high <= 1


def test_without_samples_everything_is_possible():
    assert wilson_interval(0, 0) == (0.0, 1.0)
    assert math.isnan(Proportion(0, 0).value)
