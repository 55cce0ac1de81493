"""The folder in which one window keeps its state; windows that are open at once use several."""

import contextlib
import os
from pathlib import Path

from PySide6.QtCore import QLockFile

from studio.ui.window_state.damaged_files import StateFiles, is_file_or_absent

MAX_WINDOWS = 8


class StateFolder:
    """`<root>/window-<n>` with the first number that no living window uses."""

    def __init__(self, path: Path, lock: QLockFile) -> None:
        self.path = path
        self._lock = lock

    @classmethod
    def acquire(cls, root: Path, files: StateFiles) -> "StateFolder | None":
        """Return the first free folder, None if there is none or it cannot be written.

        What is in the way is renamed by `files`.
        """
        for number in range(1, MAX_WINDOWS + 1):
            path = root / f"window-{number}"
            with contextlib.suppress(OSError):
                lock = _lock(path, files)
                if lock is not None:
                    return cls(path, lock)
        return None

    def release(self) -> None:
        """Let the next window use the folder."""
        self._lock.unlock()


def _lock(folder: Path, files: StateFiles) -> QLockFile | None:
    """Lock a folder, created if needed; None if a living process has locked it. Raises OSError."""
    for path in (folder.parent, folder):
        if os.path.lexists(path) and not path.is_dir():
            files.set_aside(path)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "lock"
    if not is_file_or_absent(path):  # Qt would wait for a pipe
        files.set_aside(path)
    lock = QLockFile(str(path))
    lock.setStaleLockTime(0)  # however old: only a dead process gives up its lock
    if lock.tryLock(0):
        return lock
    if lock.error() is QLockFile.LockError.LockFailedError and not lock.getLockInfo()[0]:
        files.set_aside(path)  # damaged: it names no process
        return lock if lock.tryLock(0) else None
    return None
