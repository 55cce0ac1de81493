"""The median of paired ratios and its interval, against scipy."""

import numpy as np
import pytest
from scipy.stats import quantile_test

from studio.bench.paired_ratios import median_interval
from studio.bench.results import BenchmarkResult


@pytest.mark.parametrize("count", [6, 7, 9, 12, 20, 41, 100])
def test_the_interval_is_that_of_the_sign_test(count):
    values = np.random.default_rng(count).lognormal(size=count)
    expected = quantile_test(values, p=0.5).confidence_interval(0.95)
    assert median_interval(values.tolist()) == (np.median(values), expected.low, expected.high)


def test_few_values_have_their_extremes_as_interval():
    assert median_interval([3.0, 1.0, 2.0]) == (2.0, 1.0, 3.0)
    with pytest.raises(ValueError, match="median"):
        median_interval([])


def test_the_interval_holds_the_median_in_at_least_95_percent():
    rng = np.random.default_rng(0)
    samples = rng.lognormal(size=(4000, 20))  # with a median of 1
    found = [median_interval(sample.tolist()) for sample in samples]
    assert np.mean([low <= 1 <= high for _, low, high in found]) > 0.95


def test_the_ratio_of_segments_has_the_interval():
    ours = [9.0, 9.9, 9.8, 9.7, 9.9, 9.8, 9.9, 9.8, 20.0]
    result = BenchmarkResult("watched", "label").with_paired_segments(ours, [10.0] * 9, "alone")
    found = result.ratio, result.ratio_low, result.ratio_high
    assert found == pytest.approx((0.98, 0.97, 0.99))
    assert (result.value, result.baseline_value, result.baseline) == (9.8, 10.0, "alone")
