"""Images per second, measured with a clock that the test moves."""

import pytest

from studio.bench.workers import throughput
from studio.bench.workers.throughput import ThroughputMeter


class FakeTime:
    now = 100.0

    def perf_counter(self):
        return self.now


@pytest.fixture
def time(monkeypatch):
    fake = FakeTime()
    monkeypatch.setattr(throughput, "time", fake)
    return fake


def test_it_counts_until_enough_time_has_passed(time):
    meter = ThroughputMeter(3.0)
    time.now += 2
    assert not meter.add(100)
    time.now += 2
    assert meter.add(300)
    assert meter.images_per_second == 100


def test_a_skipped_interval_is_not_counted(time):
    meter = ThroughputMeter(1.0)
    meter.skip_interval()
    time.now += 50
    assert not meter.add(1_000)
    time.now += 2
    assert meter.add(100)
    assert meter.images_per_second == 50


def test_a_restart_forgets_earlier_images(time):
    meter = ThroughputMeter(0.0)
    time.now += 1
    meter.add(1_000)
    time.now += 7
    meter.restart()
    time.now += 1
    assert meter.add(5)
    assert meter.images_per_second == 5
