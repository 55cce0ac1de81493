"""What this process uses: memory, and objects that Python and Qt keep."""

import gc
from typing import NamedTuple, Self

import psutil
from PySide6.QtCore import QObject
from shiboken6 import Shiboken

from studio.runtime import release_memory


class ProcessMemory(NamedTuple):
    """Memory of this process alone in bytes, and numbers of objects.

    `python_objects` counts what the garbage collector tracks, `qt_objects` the children of a
    window, at any depth, and the Qt objects that Python knows.
    """

    used_bytes: int
    python_objects: int
    qt_objects: int

    def growth(self, earlier: Self, cycles: int) -> dict[str, float]:
        """Return what has been added per cycle since `earlier`, memory in KB."""
        return {
            "kilobytes": (self.used_bytes - earlier.used_bytes) / cycles / 1024,
            "python_objects": (self.python_objects - earlier.python_objects) / cycles,
            "qt_objects": (self.qt_objects - earlier.qt_objects) / cycles,
        }


def measure_memory(window: QObject) -> ProcessMemory:
    """Collect garbage, return free memory to the system, and measure what is left."""
    gc.collect()
    release_memory()
    return ProcessMemory(
        used_bytes=psutil.Process().memory_full_info().uss,
        python_objects=len(gc.get_objects()) + gc.get_freeze_count(),
        qt_objects=len(window.findChildren(QObject)) + len(Shiboken.getAllValidWrappers()),
    )
