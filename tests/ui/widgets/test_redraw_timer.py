"""One timer redraws dirty items and stops when there are none."""

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from studio.ui.widgets import redraw_timer as module
from studio.ui.widgets.redraw_timer import (
    MAX_INTERVAL_MS,
    MAX_LOAD,
    MIN_INTERVAL_MS,
    RedrawTimer,
    redraw_timer,
)


class Counter:
    def __init__(self) -> None:
        self.count = 0

    def redraw(self) -> None:
        self.count += 1


def running_timers(owner: QObject) -> list[QTimer]:
    return [timer for timer in owner.findChildren(QTimer) if timer.isActive()]


def test_many_requests_cause_one_redraw(qtbot) -> None:
    timer, counter = RedrawTimer(), Counter()
    for _ in range(1000):
        timer.request(counter)
    assert counter.count == 0
    qtbot.waitUntil(lambda: counter.count == 1)
    assert running_timers(timer) == []


def test_the_application_has_one_timer(qapp) -> None:
    assert redraw_timer() is redraw_timer()
    assert redraw_timer().parent() is qapp


def test_flush_does_not_wait_for_the_timer(qapp) -> None:
    timer, counter = RedrawTimer(), Counter()
    timer.request(counter)
    timer.flush()
    assert counter.count == 1
    assert running_timers(timer) == []


class FakeTime:
    """Replaces the time module with a clock that tests advance."""

    def __init__(self) -> None:
        self.now = 0.0

    def perf_counter(self) -> float:
        return self.now


class SlowWidget(QWidget):
    """Takes `redraw_ms` to be redrawn, then `paint_ms` to be painted."""

    def __init__(self, time: FakeTime, redraw_ms: float, paint_ms: float) -> None:
        super().__init__()
        self.time, self.redraw_ms, self.paint_ms = time, redraw_ms, paint_ms

    def redraw(self) -> None:
        self.time.now += self.redraw_ms / 1000
        self.update()

    def paintEvent(self, event) -> None:
        self.time.now += self.paint_ms / 1000


@pytest.fixture
def slow_widget(qtbot, monkeypatch) -> SlowWidget:
    time = FakeTime()
    monkeypatch.setattr(module, "time", time)
    widget = SlowWidget(time, 100, 100)
    qtbot.addWidget(widget)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


@pytest.mark.parametrize(
    ("redraw_ms", "paint_ms", "interval"),
    [(0, 0.1, MIN_INTERVAL_MS), (1, 3, 4 / MAX_LOAD), (100, 100, MAX_INTERVAL_MS)],
)
def test_the_interval_depends_on_the_drawing_time(
    qtbot, slow_widget, redraw_ms, paint_ms, interval
) -> None:
    timer = RedrawTimer()
    timer.findChild(QTimer).setInterval(1)
    slow_widget.redraw_ms, slow_widget.paint_ms = redraw_ms, paint_ms
    timer.request(slow_widget)
    qtbot.waitUntil(lambda: timer.interval == interval)


def test_the_interval_shrinks_again_when_drawing_is_fast(qtbot, slow_widget) -> None:
    timer = RedrawTimer()
    timer.request(slow_widget)
    timer.flush()
    qtbot.waitUntil(lambda: timer.interval == MAX_INTERVAL_MS)
    slow_widget.redraw_ms, slow_widget.paint_ms = 0, 0.1
    timer.request(slow_widget)
    timer.flush()
    qtbot.waitUntil(lambda: timer.interval == MIN_INTERVAL_MS)
