"""The folder in which one window keeps its state; windows that are open at once use several."""

import contextlib
from pathlib import Path

from PySide6.QtCore import QLockFile

from studio.ui.window_state.damaged_files import is_file_or_absent, move_aside

MAX_WINDOWS = 8


class StateFolder:
    """`<root>/window-<n>` with the first number that no living window uses."""

    def __init__(self, path: Path, lock: QLockFile) -> None:
        self.path = path
        self._lock = lock

    @classmethod
    def acquire(cls, root: Path) -> "StateFolder | None":
        """Return the first free folder, None if there is none or it cannot be written."""
        for number in range(1, MAX_WINDOWS + 1):
            path = root / f"window-{number}"
            with contextlib.suppress(OSError):
                lock = _lock(path)
                if lock is not None:
                    return cls(path, lock)
        return None

    def release(self) -> None:
        """Let the next window use the folder."""
        self._lock.unlock()


def _lock(folder: Path) -> QLockFile | None:
    """Lock a folder, created if needed; None if a living process has locked it. Raises OSError."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        move_aside(folder)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "lock"
    if not is_file_or_absent(path):  # Qt would wait for a pipe
        move_aside(path)
    lock = QLockFile(str(path))
    lock.setStaleLockTime(0)  # however old: only a dead process gives up its lock
    if lock.tryLock(0):
        return lock
    if lock.error() is QLockFile.LockError.LockFailedError and not lock.getLockInfo()[0]:
        move_aside(path)  # damaged: it names no process
        return lock if lock.tryLock(0) else None
    return None
