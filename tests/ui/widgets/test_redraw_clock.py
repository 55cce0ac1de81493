"""One timer redraws what is dirty, and rests when nothing is."""

from PySide6.QtCore import QObject, QTimer

from studio.ui.widgets.redraw_clock import RedrawClock, redraw_clock


class Counter:
    def __init__(self) -> None:
        self.count = 0

    def redraw(self) -> None:
        self.count += 1


def running_timers(owner: QObject) -> list[QTimer]:
    return [timer for timer in owner.findChildren(QTimer) if timer.isActive()]


def test_many_requests_become_one_redraw(qtbot) -> None:
    clock, counter = RedrawClock(), Counter()
    for _ in range(1000):
        clock.request(counter)
    assert counter.count == 0
    qtbot.waitUntil(lambda: counter.count == 1)
    assert running_timers(clock) == []


def test_the_application_has_one_clock(qapp) -> None:
    assert redraw_clock() is redraw_clock()
    assert redraw_clock().parent() is qapp


def test_flush_does_not_wait_for_the_timer(qapp) -> None:
    clock, counter = RedrawClock(), Counter()
    clock.request(counter)
    clock.flush()
    assert counter.count == 1
    assert running_timers(clock) == []
