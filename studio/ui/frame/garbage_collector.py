"""Python's cycles are collected in the window's thread only, and never for long.

A collection can come at any allocation, also in a worker thread, and would there destroy widgets
that were part of a cycle; Qt crashes when a widget ends outside its own thread.
"""

import gc
import sys
import time

from PySide6.QtCore import QObject, QTimer

INTERVAL = 1000  # milliseconds

# To look through a million objects takes a second, in which the window stands still.
MANY = 2_000
LONG = 0.01  # seconds


class GarbageCollector(QObject):
    """Takes over from Python's own collector for as long as it lives.

    What comes with modules is never looked at: torch alone is half a million objects that stay.
    Nor is, ever again, what survived a long search.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._modules = len(sys.modules)
        self._timer = QTimer(self, interval=INTERVAL)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collect the oldest generation that is due."""
        if self._has_new_modules() and gc.get_count()[0] > MANY:
            gc.freeze()
        counts, limits = gc.get_count(), gc.get_threshold()
        due = [age for age in (0, 1, 2) if counts[age] > limits[age]]
        started = time.perf_counter()
        if due:
            gc.collect(max(due))
        if time.perf_counter() - started > LONG:
            gc.freeze()

    def end(self) -> None:
        """Give the work back to Python's own collector."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def _has_new_modules(self) -> bool:
        before, self._modules = self._modules, len(sys.modules)
        return self._modules > before
