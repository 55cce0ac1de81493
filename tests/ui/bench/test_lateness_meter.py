"""Lateness of the event loop; a long block counts as more than one late timeout."""

import time

import pytest

from studio.ui.bench.training import LatenessMeter, lateness_samples_ms


@pytest.mark.parametrize(
    ("late_s", "samples_ms"),
    [(-0.001, [0]), (0.0, [0]), (0.003, [3]), (0.012, [12, 7, 2])],
)
def test_a_block_counts_with_every_timeout_it_prevents(late_s, samples_ms):
    assert lateness_samples_ms(late_s) == pytest.approx(samples_ms)


def test_a_blocked_event_loop_is_late(qtbot):
    meter = LatenessMeter()
    meter.start()
    qtbot.wait(20)
    time.sleep(0.05)
    qtbot.wait(20)
    assert max(meter.stop()) >= 40
    meter.start()
    assert meter.stop() == []
    qtbot.wait(20)
    assert meter.stop() == []  # a stopped meter measures nothing
