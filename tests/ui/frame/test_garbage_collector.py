"""Reference cycles are collected in the GUI thread, whatever the workers allocate."""

import gc
import sys
import threading
from types import ModuleType
from typing import ClassVar

import pytest

from studio import runtime
from studio.ui.frame import garbage_collector
from studio.ui.frame.garbage_collector import GarbageCollector


class Noted:
    """Half of a cycle that says where it ended."""

    ended_in: ClassVar[list[int]] = []

    def __init__(self):
        self.me = self

    def __del__(self):
        self.ended_in.append(threading.get_ident())


@pytest.fixture
def collector(qapp, monkeypatch):
    monkeypatch.setattr(garbage_collector, "INTERVAL_MS", 10)
    collector = GarbageCollector(qapp)
    yield collector
    collector.stop()
    collector.deleteLater()


def churn(kept):
    """Enough that stays for Python's own collector to have come by."""
    for _ in range(20):
        Noted()
    kept.extend([] for _ in range(100_000))


def test_cycles_made_in_a_worker_end_here(qtbot, collector):
    Noted.ended_in.clear()
    kept = []
    worker = threading.Thread(target=churn, args=(kept,))
    worker.start()
    worker.join()
    assert Noted.ended_in == []
    qtbot.waitUntil(lambda: len(Noted.ended_in) == 20)
    assert set(Noted.ended_in) == {threading.get_ident()}


def test_what_comes_with_modules_is_never_looked_at(qtbot, collector, monkeypatch):
    qtbot.waitUntil(lambda: gc.get_count()[0] < runtime.MAX_YOUNG_OBJECTS)
    monkeypatch.setitem(sys.modules, "large_module", ModuleType("large_module"))
    kept = [[] for _ in range(2 * runtime.MAX_YOUNG_OBJECTS)]
    qtbot.waitUntil(lambda: gc.get_freeze_count() > len(kept))


def test_what_survives_a_long_search_is_not_searched_again(qtbot, collector, monkeypatch):
    monkeypatch.setattr(runtime, "MAX_COLLECTION_S", 0.0)
    kept = [[] for _ in range(1000)]
    qtbot.waitUntil(lambda: gc.get_freeze_count() > len(kept))


def test_old_garbage_is_not_kept_by_a_long_search(qapp, monkeypatch):
    Noted.ended_in.clear()
    garbage = Noted()
    gc.collect()  # now it is in the oldest generation
    del garbage
    kept = [[] for _ in range(gc.get_threshold()[0] + 1)]  # the youngest one is due
    monkeypatch.setattr(runtime, "MAX_COLLECTION_S", 0.0)
    try:
        runtime.collect_garbage()
        assert Noted.ended_in == [threading.get_ident()]
        assert gc.get_freeze_count() > len(kept)
    finally:
        gc.unfreeze()


def test_a_search_that_takes_long_because_of_garbage_keeps_nothing(qapp, monkeypatch):
    times = iter([0.0, 1.0, 1.0, 1.0])  # of two searches: one second, then nothing
    monkeypatch.setattr(runtime.time, "thread_time", lambda: next(times))
    young = [[] for _ in range(gc.get_threshold()[0] + 1)]
    runtime.collect_garbage()
    assert next(times, None) is None
    assert gc.get_freeze_count() == 0
    assert young


def test_python_collects_again_at_the_end(collector):
    gc.freeze()
    assert not gc.isenabled()
    collector.stop()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
