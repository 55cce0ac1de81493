"""One timer redraws what is dirty, and rests when nothing is."""

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from studio.ui.widgets import redraw_timer as module
from studio.ui.widgets.redraw_timer import LONGEST_MS, SHARE, SHORTEST_MS, RedrawTimer, redraw_timer


class Counter:
    def __init__(self) -> None:
        self.count = 0

    def redraw(self) -> None:
        self.count += 1


def running_timers(owner: QObject) -> list[QTimer]:
    return [timer for timer in owner.findChildren(QTimer) if timer.isActive()]


def test_many_requests_become_one_redraw(qtbot) -> None:
    clock, counter = RedrawTimer(), Counter()
    for _ in range(1000):
        clock.request(counter)
    assert counter.count == 0
    qtbot.waitUntil(lambda: counter.count == 1)
    assert running_timers(clock) == []


def test_the_application_has_one_clock(qapp) -> None:
    assert redraw_timer() is redraw_timer()
    assert redraw_timer().parent() is qapp


def test_flush_does_not_wait_for_the_timer(qapp) -> None:
    clock, counter = RedrawTimer(), Counter()
    clock.request(counter)
    clock.flush()
    assert counter.count == 1
    assert running_timers(clock) == []


class Clock:
    """Stands in for the time module: it moves only when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def perf_counter(self) -> float:
        return self.now


class Slow(QWidget):
    """Takes `redraw_ms` to be redrawn, then `paint_ms` to be painted."""

    def __init__(self, clock: Clock, redraw_ms: float, paint_ms: float) -> None:
        super().__init__()
        self.clock, self.redraw_ms, self.paint_ms = clock, redraw_ms, paint_ms

    def redraw(self) -> None:
        self.clock.now += self.redraw_ms / 1000
        self.update()

    def paintEvent(self, event) -> None:
        self.clock.now += self.paint_ms / 1000


@pytest.mark.parametrize(
    ("redraw_ms", "paint_ms", "interval"),
    [(0, 0.1, SHORTEST_MS), (1, 3, 4 / SHARE), (100, 100, LONGEST_MS)],
)
def test_what_takes_long_to_draw_and_paint_is_drawn_less_often(
    qtbot, monkeypatch, redraw_ms, paint_ms, interval
) -> None:
    time = Clock()
    monkeypatch.setattr(module, "time", time)
    clock, slow = RedrawTimer(), Slow(time, redraw_ms, paint_ms)
    qtbot.addWidget(slow)
    with qtbot.waitExposed(slow):
        slow.show()
    clock._timer.setInterval(1)
    clock.request(slow)
    qtbot.waitUntil(lambda: clock.interval == interval)


def test_a_quick_picture_brings_the_old_pace_back(qtbot) -> None:
    clock = RedrawTimer()
    clock._timer.setInterval(1)
    clock._started = -1000.0
    clock._choose_interval()
    assert clock.interval == LONGEST_MS
    clock.flush()
    qtbot.waitUntil(lambda: clock.interval < LONGEST_MS)
