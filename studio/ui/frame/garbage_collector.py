"""Collects Python's reference cycles in the GUI thread only, and never for long."""

import sys

from PySide6.QtCore import QObject, QTimer

from studio.runtime import (
    collect_garbage,
    pause_garbage_collection,
    resume_garbage_collection,
)

INTERVAL_MS = 1000


class GarbageCollector(QObject):
    """Replaces automatic garbage collection from its creation until `stop`."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        pause_garbage_collection()
        self._module_count = len(sys.modules)
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collect the oldest generation that is due."""
        before, self._module_count = self._module_count, len(sys.modules)
        collect_garbage(new_modules=self._module_count > before)

    def stop(self) -> None:
        """Return to automatic garbage collection."""
        self._timer.stop()
        resume_garbage_collection()
