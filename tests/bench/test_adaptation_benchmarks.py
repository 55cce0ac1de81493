"""The rows of the benchmark of adapting; nothing is trained here."""

import numpy as np
import pytest
from scipy import stats

from studio.bench.adaptation_benchmarks import adaptation_results, bootstrap_interval
from studio.bench.benchmarks import BENCHMARKS, run_benchmarks
from studio.bench.session import BenchmarkSession
from studio.bench.workers.adaptation import FIRST_WRITER, MIN_ERROR, choose_writers


def measurement(pairs, test_points, cpu_s):
    writers = [
        {"before": before, "after": after, "drawings": 100, "val_points": -0.01 * after}
        for before, after in pairs
    ]
    return {"writers": writers, "test_points": test_points, "cpu_s": cpu_s}


def test_the_rows_say_errors_changes_and_cost():
    conditions = {"writers": [1000, 1003, 1004], "tried": 5, "threads": 1}
    measurements = [
        measurement([(10, 1), (4, 3), (6, 0)], 0.02, 20.0),
        measurement([(12, 2), (4, 2), (8, 0)], -0.04, 24.0),
    ]
    rows = list(adaptation_results(conditions, measurements))
    before, after, halved, validation, test, time = rows
    assert before.value == pytest.approx(44 / 6)
    assert (before.low, before.high) == (4, 11)  # three writers: the extremes of their means
    assert after.value == pytest.approx(8 / 6)
    assert halved.value == pytest.approx(200 / 3)  # 8 to 5 is not half
    assert halved.low < halved.value < halved.high
    assert (validation.low, validation.high) == pytest.approx((-0.03, 0))
    assert (test.value, test.low, test.high) == pytest.approx((-0.01, -0.04, 0.02))
    assert (time.value, time.low, time.high) == (22, 20, 24)
    assert "the 3 of 5 invented writers" in before.conditions
    assert "2 seeds, 1 thread" in before.conditions


def test_no_error_at_all_does_not_mean_that_there_is_none():
    conditions = {"writers": [1000, 1001], "tried": 2, "threads": 1}
    _, after, *_ = adaptation_results(conditions, [measurement([(5, 0), (7, 0)], 0.0, 20.0)])
    reference = stats.binomtest(0, 200).proportion_ci(method="wilson")
    assert (after.low, after.high) == pytest.approx((0, 100 * reference.high))


def test_the_interval_is_that_of_scipy():
    values = np.random.default_rng(3).poisson(4.0, 40).astype(float)
    reference = stats.bootstrap(
        (values,), np.mean, n_resamples=4000, method="percentile", rng=np.random.default_rng(1)
    ).confidence_interval
    assert bootstrap_interval(values) == pytest.approx(tuple(reference), abs=0.1)


def test_writers_are_chosen_by_a_sample_of_their_own():
    class Guessing:
        """Predicts 0 for all digits of even writers, and every digit of the others correctly."""

        def __init__(self):
            self.writer = FIRST_WRITER - 1
            self.card = None

        def predict(self, _inputs):
            self.writer += 1
            digits = np.repeat(np.arange(10), 5)
            return np.eye(10)[digits * (self.writer % 2)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("studio.bench.workers.adaptation.model_inputs", lambda _card, images: images)
        chosen, tried = choose_writers(Guessing(), 2)
    assert chosen == [FIRST_WRITER, FIRST_WRITER + 2]
    assert tried == 3
    assert 0 < MIN_ERROR < 0.1


def test_without_the_dataset_the_result_says_so(tmp_path):
    session = BenchmarkSession(tmp_path / "data", tmp_path, repeats=1, seconds=0.0)
    (result,) = run_benchmarks([BENCHMARKS["adaptation"]], session)
    assert (result.conditions, result.value) == ("MNIST is not downloaded", None)
    assert not BENCHMARKS["adaptation"].by_default
