"""What is counted of a training, with a clock that a test moves."""

import pytest

from studio.bench.workers import throughput
from studio.bench.workers.throughput import ThroughputMeter


class Time:
    now = 100.0

    def perf_counter(self):
        return self.now


@pytest.fixture
def time(monkeypatch):
    stand_in = Time()
    monkeypatch.setattr(throughput, "time", stand_in)
    return stand_in


def test_it_counts_until_it_has_enough(time):
    count = ThroughputMeter(3.0)
    time.now += 2
    assert not count.report(100)
    time.now += 2
    assert count.report(300)
    assert count.images_per_second == 100


def test_what_is_no_training_is_left_out(time):
    count = ThroughputMeter(1.0)
    count.leave_out()
    time.now += 50
    assert not count.report(1_000)
    time.now += 2
    assert count.report(100)
    assert count.images_per_second == 50


def test_beginning_anew_forgets(time):
    count = ThroughputMeter(0.0)
    time.now += 1
    count.report(1_000)
    time.now += 7
    count.begin()
    time.now += 1
    assert count.report(5)
    assert count.images_per_second == 5
