"""What this process uses: memory, and objects that Python and Qt keep."""

import gc
import sys
from pathlib import Path
from typing import NamedTuple, Self

import psutil
from PySide6.QtCore import QObject
from shiboken6 import Shiboken

from studio.runtime import release_memory


class ProcessMemory(NamedTuple):
    """Memory that this process allocated in bytes, and numbers of objects.

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
        used_bytes=_allocated_bytes(),
        python_objects=len(gc.get_objects()) + gc.get_freeze_count(),
        qt_objects=len(window.findChildren(QObject)) + len(Shiboken.getAllValidWrappers()),
    )


def _allocated_bytes() -> int:
    """Return the memory allocated, in RAM or swapped out.

    On Linux without the pages of libraries: they would count as soon as no other process uses the
    same library, and those of torch are hundreds of megabytes.
    """
    if sys.platform != "linux":
        return int(psutil.Process().memory_full_info().uss)
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    return sum(1024 * int(fields[name].split()[0]) for name in ("RssAnon", "VmSwap"))
