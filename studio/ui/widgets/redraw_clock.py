"""One timer for the whole program that redraws what became dirty, about 20 times a second."""

from typing import Protocol
from weakref import WeakSet

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot

REDRAW_INTERVAL_MS = 50


class Redrawable(Protocol):
    """Something that collects changes cheaply and shows them in `redraw`."""

    def redraw(self) -> None: ...


class RedrawClock(QObject):
    """Runs only while something is dirty, so an idle window owns no active timer."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dirty: WeakSet[Redrawable] = WeakSet()
        self._timer = QTimer(self, singleShot=True, interval=REDRAW_INTERVAL_MS)
        self._timer.timeout.connect(self.flush)

    def request(self, item: Redrawable) -> None:
        """Redraw `item` at the next tick; asking again before that costs nothing."""
        self._dirty.add(item)
        if not self._timer.isActive():
            self._timer.start()

    def withdraw(self, item: Redrawable) -> None:
        """Forget `item`, which is hidden or going away; the timer rests when it was the last."""
        self._dirty.discard(item)
        if not self._dirty:
            self._timer.stop()

    @Slot()
    def flush(self) -> None:
        """Redraw everything dirty now."""
        self._timer.stop()
        dirty, self._dirty = list(self._dirty), WeakSet()
        for item in dirty:
            item.redraw()


def redraw_clock() -> RedrawClock:
    """Return the clock that belongs to the running application."""
    app = QCoreApplication.instance()
    if app is None:
        raise RuntimeError("redraw_clock() needs a running QApplication")
    clock = app.findChild(RedrawClock)
    return clock if clock is not None else RedrawClock(app)
