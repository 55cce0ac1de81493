"""One timer for the whole program that redraws what became dirty, as often as it can afford."""

import time
from typing import Protocol
from weakref import WeakSet

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Slot

SHORTEST_MS, LONGEST_MS = 50, 500
# Of the time, at most this part goes into pictures: a training runs beside them.
SHARE = 1 / 50
_AFTER_PAINTING = Qt.EventPriority.LowEventPriority.value - 1


class Redrawable(Protocol):
    """Something that collects changes cheaply and shows them in `redraw`."""

    def redraw(self) -> None: ...


class RedrawTimer(QObject):
    """Runs only while something is dirty, so an idle window owns no active timer.

    About 20 times a second, and less often while redrawing and painting take long.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dirty: WeakSet[Redrawable] = WeakSet()
        self._timer = QTimer(self, singleShot=True, interval=SHORTEST_MS)
        self._timer.timeout.connect(self.flush)
        self._started = 0.0

    @property
    def interval(self) -> int:
        """Milliseconds to the next redraw."""
        return self._timer.interval()

    def request(self, item: Redrawable) -> None:
        """Redraw `item` at the next tick; asking again before that costs nothing."""
        self._dirty.add(item)
        if not self._timer.isActive():
            self._timer.start()

    def cancel(self, item: Redrawable) -> None:
        """Forget `item`, which is hidden or going away; the timer rests when it was the last."""
        self._dirty.discard(item)
        if not self._dirty:
            self._timer.stop()

    @Slot()
    def flush(self) -> None:
        """Redraw everything dirty now."""
        self._timer.stop()
        self._started = time.perf_counter()
        dirty, self._dirty = list(self._dirty), WeakSet()
        for item in dirty:
            item.redraw()
        # Comes after the event with which Qt paints what was redrawn.
        QCoreApplication.postEvent(self, QEvent(QEvent.Type.User), _AFTER_PAINTING)

    def _choose_interval(self) -> None:
        spent = 1000 * (time.perf_counter() - self._started)
        self._timer.setInterval(round(min(max(spent / SHARE, SHORTEST_MS), LONGEST_MS)))

    # Qt

    def customEvent(self, event: QEvent) -> None:
        self._choose_interval()


def redraw_timer() -> RedrawTimer:
    """Return the clock that belongs to the running application."""
    app = QCoreApplication.instance()
    if app is None:
        raise RuntimeError("redraw_timer() needs a running QApplication")
    clock = app.findChild(RedrawTimer)
    return clock if clock is not None else RedrawTimer(app)
