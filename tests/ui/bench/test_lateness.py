"""Lateness of the event loop, counted so that a long standstill is not one firing among many."""

import time

import pytest

from studio.ui.bench.lateness import Lateness, missed


@pytest.mark.parametrize(
    ("late", "samples"),
    [(-0.001, [0]), (0.0, [0]), (0.003, [3]), (0.012, [12, 7, 2])],
)
def test_a_standstill_counts_with_every_firing_it_kept_away(late, samples):
    assert missed(late) == pytest.approx(samples)


def test_it_sees_the_loop_stand_still(qtbot):
    lateness = Lateness()
    lateness.begin()
    with qtbot.waitSignal(lateness._timer.timeout):
        pass
    time.sleep(0.05)
    with qtbot.waitSignal(lateness._timer.timeout):
        pass
    assert max(lateness.end()) >= 40
    assert not lateness._timer.isActive()
    lateness.begin()
    assert lateness.end() == []
