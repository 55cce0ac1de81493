"""Python's cycles are collected in the window's thread only.

A collection can come at any allocation, also in a worker thread, and would there destroy widgets
that were part of a cycle; Qt crashes when a widget ends outside its own thread.
"""

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL = 1000  # milliseconds


class Collector(QObject):
    """Takes over from Python's own collector for as long as it lives."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=INTERVAL)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collect the oldest generation that is due."""
        counts, limits = gc.get_count(), gc.get_threshold()
        due = [age for age in (0, 1, 2) if counts[age] > limits[age]]
        if due:
            gc.collect(max(due))

    def keep_what_is_loaded(self) -> None:
        """Never look again at what exists now: torch alone is half a million objects that stay."""
        gc.freeze()

    def end(self) -> None:
        """Give the work back to Python's own collector."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
