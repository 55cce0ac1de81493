"""Collection of reference cycles in the GUI thread only, see `studio.runtime`."""

import sys

from PySide6.QtCore import QObject, QTimer

from studio.runtime import (
    collect_garbage,
    pause_garbage_collection,
    resume_garbage_collection,
)

INTERVAL = 1000  # milliseconds


class GarbageCollector(QObject):
    """Replaces the automatic collection, and collects by a timer, until `end` is called."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        pause_garbage_collection()
        self._modules = len(sys.modules)
        self._timer = QTimer(self, interval=INTERVAL)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collect the oldest generation that is due."""
        collect_garbage(self._has_new_modules())

    def end(self) -> None:
        """Stop the timer, and let Python collect automatically again."""
        self._timer.stop()
        resume_garbage_collection()

    def _has_new_modules(self) -> bool:
        before, self._modules = self._modules, len(sys.modules)
        return self._modules > before
