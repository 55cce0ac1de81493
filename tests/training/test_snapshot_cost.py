"""How often a training gives away its weights, by what copying and showing them takes."""

import time
from itertools import pairwise

import pytest

from studio.training import snapshots
from studio.training.snapshots import MAX_COST, MIN_INTERVAL_S, Snapshot, SnapshotMailbox


class Clock:
    """Seconds that pass only in `wait`, for the mailbox."""

    def __init__(self, monkeypatch):
        self.now = 50.0
        monkeypatch.setattr(snapshots.time, "perf_counter", lambda: self.now)

    def wait(self, seconds):
        self.now += seconds


def intervals(clock, copy_s, views_s):
    """Ask for weights before each step of 50 ms, and show each copy; return when they are taken."""

    def take():
        clock.wait(copy_s)
        return Snapshot({}, None, 0)

    mailbox, taken, views = SnapshotMailbox(), [], iter(views_s)
    last = None
    with mailbox.serving(take):
        while True:
            mailbox.request()
            began = clock.now
            mailbox.serve()
            if mailbox.newest is not last:
                last = mailbox.newest
                taken.append(began)
                view_s = next(views, None)
                if view_s is None:
                    return [b - a for a, b in pairwise(taken)]
                last.viewing.add(view_s)
            clock.wait(0.05)


def test_showing_a_model_takes_no_more_than_its_part_of_the_time(monkeypatch):
    clock = Clock(monkeypatch)
    # The first view loads modules, and does not count.
    first, *_, last = intervals(clock, 0.004, [0.3, 0.026, 0.026, 0.026])
    assert first == pytest.approx(MIN_INTERVAL_S, abs=0.1)
    assert last == pytest.approx((0.004 + 0.026) / MAX_COST, abs=0.1)


def test_a_quick_model_is_shown_once_a_second(monkeypatch):
    clock = Clock(monkeypatch)
    assert intervals(clock, 0.001, [0.002] * 4) == pytest.approx([MIN_INTERVAL_S] * 4, abs=0.1)


def test_what_a_thread_computes_is_counted(monkeypatch):
    times = iter([1.0, 1.25, 3.0, 3.5])
    monkeypatch.setattr(time, "thread_time", lambda: next(times))
    viewing = snapshots.ViewingCost()
    viewing.end_view()
    with viewing.counting():
        pass
    with pytest.raises(ValueError, match="broken"), viewing.counting():
        raise ValueError("broken")
    viewing.end_view()
    viewing.add(9.0)
    assert viewing.end_view() == 0.75
