"""One timer for the whole program that redraws changed widgets at a limited rate."""

import time
from typing import Protocol
from weakref import WeakSet

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Slot

MIN_INTERVAL_MS, MAX_INTERVAL_MS = 50, 500
MAX_LOAD = 1 / 50  # fraction of the time spent on drawing, because a training needs the rest
_AFTER_PAINTING = Qt.EventPriority.LowEventPriority.value - 1


class Redrawable(Protocol):
    """A widget that collects changes and paints them in `redraw`."""

    def redraw(self) -> None: ...


class RedrawTimer(QObject):
    """Redraws dirty items about 20 times per second, less often if redrawing is slow.

    The timer runs only while something is dirty, so that an idle window wakes up for nothing.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dirty: WeakSet[Redrawable] = WeakSet()
        self._timer = QTimer(self, singleShot=True, interval=MIN_INTERVAL_MS)
        self._timer.timeout.connect(self.flush)
        self._started = 0.0

    @property
    def interval(self) -> int:
        """The interval between two redraws in milliseconds."""
        return self._timer.interval()

    def request(self, item: Redrawable) -> None:
        """Redraw `item` at the next timeout; repeated requests are merged."""
        self._dirty.add(item)
        if not self._timer.isActive():
            self._timer.start()

    def cancel(self, item: Redrawable) -> None:
        """Cancel the redraw of `item`; stop the timer if nothing else is dirty."""
        self._dirty.discard(item)
        if not self._dirty:
            self._timer.stop()

    @Slot()
    def flush(self) -> None:
        """Redraw all dirty items now."""
        self._timer.stop()
        self._started = time.perf_counter()
        dirty, self._dirty = list(self._dirty), WeakSet()
        for item in dirty:
            item.redraw()
        # Handled after the event with which Qt paints what was redrawn.
        QCoreApplication.postEvent(self, QEvent(QEvent.Type.User), _AFTER_PAINTING)

    # Qt

    def customEvent(self, event: QEvent) -> None:
        spent_ms = 1000 * (time.perf_counter() - self._started)
        self._timer.setInterval(
            round(min(max(spent_ms / MAX_LOAD, MIN_INTERVAL_MS), MAX_INTERVAL_MS))
        )


def redraw_timer() -> RedrawTimer:
    """Return the timer of the running application. Raises RuntimeError without one."""
    app = QCoreApplication.instance()
    if app is None:
        raise RuntimeError("redraw_timer() needs a running QApplication")
    timer = app.findChild(RedrawTimer)
    return timer if timer is not None else RedrawTimer(app)
