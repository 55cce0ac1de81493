"""Segments of a training with and without requests for its weights. No training runs here."""

import math

from studio.training import snapshots
from studio.training.snapshots import Snapshot
from studio.ui.bench import step_clock
from studio.ui.bench.step_clock import StepClock, images_per_second
from studio.ui.bench.viewing_time import ThreadTime, ViewingTime


class Clock:
    """A time that only moves when told."""

    def __init__(self, monkeypatch):
        self.now = 100.0
        monkeypatch.setattr(step_clock, "perf_counter", lambda: self.now)
        monkeypatch.setattr(snapshots.time, "perf_counter", lambda: self.now)


def run(clock, mailbox, seconds):
    """Make steps of 0.1 s, while a viewer asks for weights before each."""
    for _ in range(round(10 * seconds)):
        mailbox.request()
        mailbox.serve()
        clock.now += 0.1


def test_segments_hold_as_many_snapshots_as_an_uninterrupted_training(monkeypatch):
    clock, mailbox = Clock(monkeypatch), StepClock()
    with mailbox.serving(lambda: Snapshot({}, None, 0)):
        for _ in range(10):
            mailbox.watch(True)
            run(clock, mailbox, 0.6)
            taken = mailbox.taken
            mailbox.watch(False)
            run(clock, mailbox, 3.0)
            assert mailbox.taken == taken
    # Ten segments of 0.6 s, in which weights are copied once a second.
    assert mailbox.taken == 6
    assert math.isclose(mailbox.interval_s, snapshots.MIN_INTERVAL_S)
    assert len(mailbox.times) == 360


def test_steps_that_were_interrupted_do_not_count():
    times = [0.0, 1.0, 2.0, 12.0, 13.0, 14.0]
    assert images_per_second(times, {2}, first=1, steps=3, batch_size=8) == 8.0
    assert images_per_second(times, set(), first=3, steps=2, batch_size=8) == 8.0
    assert math.isnan(images_per_second(times, {0}, first=0, steps=1, batch_size=8))


def test_showing_is_what_the_window_takes_more_than_alone(monkeypatch):
    now = ThreadTime(10.0, 100.0)
    monkeypatch.setattr(ThreadTime, "now", lambda: now)
    viewing = ViewingTime()
    for _ in range(3):
        began, settled = now, ThreadTime(now.processor_s + 0.1, now.clock_s + 1.0)
        now = ThreadTime(began.processor_s + 0.2, began.clock_s + 2.0)
        viewing.add(True, began, settled)
        # The last view ends within the second segment, which then takes 1 % of a core.
        began, settled = now, ThreadTime(now.processor_s + 0.04, now.clock_s + 1.0)
        now = ThreadTime(settled.processor_s + 0.02, settled.clock_s + 2.0)
        viewing.add(False, began, settled)
    # 0.2 s and 0.04 s in 3 s, of which 0.03 s are usual, for 2 s of watching.
    assert math.isclose(viewing.percent(others_s=0.0), 10.5)
    assert math.isclose(viewing.percent(others_s=0.06), 11.5)
