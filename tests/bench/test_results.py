"""Medians, ratios pair by pair, percentiles, on figures known beforehand."""

import pytest

from studio.bench.results import BenchmarkResult

ROW = BenchmarkResult("part", "what", "images/s")


def test_ours_is_the_median_between_least_and_greatest():
    row = ROW.of([5.0, 1.0, 3.0])
    assert (row.ours, row.low, row.high) == (3.0, 1.0, 5.0)
    assert row.ratio is None


def test_the_ratio_is_the_median_of_pairs_not_the_ratio_of_medians():
    row = ROW.against([10.0, 40.0, 30.0], [10.0, 10.0, 5.0], "plain loop")
    assert (row.ours, row.theirs) == (30.0, 10.0)
    assert (row.ratio, row.ratio_low, row.ratio_high) == (4.0, 1.0, 6.0)
    assert row.rival == "plain loop"


def test_of_seconds_less_is_faster():
    row = ROW.against([2.0, 4.0], [10.0, 10.0], "plain loop", "less")
    assert (row.ratio_low, row.ratio, row.ratio_high) == (2.5, 3.75, 5.0)


def test_pairs_belong_together():
    with pytest.raises(ValueError, match="shorter"):
        ROW.against([1.0, 2.0], [1.0], "plain loop")


def test_a_percentile_is_of_all_samples_and_spreads_over_the_repetitions():
    row = ROW.at_percentile(50, [[1.0, 2.0, 3.0], [10.0, 20.0]])
    assert (row.low, row.ours, row.high) == (2.0, 3.0, 15.0)
    assert ROW.at_percentile(100, [[1.0, 7.0], [5.0]]).ours == 7.0
