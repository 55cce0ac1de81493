"""Medians, paired ratios and percentiles of known values."""

import pytest

from studio.bench.results import BenchmarkResult

RESULT = BenchmarkResult("benchmark", "label", "images/s")


def test_the_value_is_the_median_between_minimum_and_maximum():
    result = RESULT.with_values([5.0, 1.0, 3.0])
    assert (result.value, result.low, result.high) == (3.0, 1.0, 5.0)
    assert result.ratio is None


def test_the_ratio_is_the_median_of_pairs_not_the_ratio_of_medians():
    result = RESULT.with_baseline([10.0, 40.0, 30.0], [10.0, 10.0, 5.0], "plain loop")
    assert (result.value, result.baseline_value) == (30.0, 10.0)
    assert (result.ratio, result.ratio_low, result.ratio_high) == (4.0, 1.0, 6.0)
    assert result.baseline == "plain loop"


def test_fewer_seconds_give_a_higher_ratio():
    result = RESULT.with_baseline([2.0, 4.0], [10.0, 10.0], "plain loop", lower_is_better=True)
    assert (result.ratio_low, result.ratio, result.ratio_high) == (2.5, 3.75, 5.0)


def test_unpaired_values_are_an_error():
    with pytest.raises(ValueError, match="shorter"):
        RESULT.with_baseline([1.0, 2.0], [1.0], "plain loop")


def test_a_percentile_is_of_all_samples_and_its_range_of_the_repetitions():
    result = RESULT.with_percentile(50, [[1.0, 2.0, 3.0], [10.0, 20.0]])
    assert (result.low, result.value, result.high) == (2.0, 3.0, 15.0)
    assert RESULT.with_percentile(100, [[1.0, 7.0], [5.0]]).value == 7.0


def test_json_keeps_the_keys_of_earlier_versions():
    values = RESULT.with_baseline([2.0], [1.0], "plain loop").to_dict()
    assert list(values) == [
        *("part", "what", "unit", "goal", "ours", "low", "high", "rival", "theirs"),
        *("ratio", "ratio_low", "ratio_high", "setting", "failure"),
    ]
    assert (values["ours"], values["rival"], values["theirs"]) == (2.0, "plain loop", 1.0)
