"""One writer per run: a lock on its folder, which ends with the process that holds it."""

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from studio.errors import RunError, RunLockedError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from studio.runs.run import Run

LOCK_NAME = "run.lock"

# A reader that tests the lock holds it for a moment; two writers are still never let in.
_PATIENCE_S, _POLL_S = 0.5, 0.02


class RunLock:
    """The right to write into the folder of a run.

    The operating system releases the lock of a process that ends, however it ends: a lock that
    holds has an owner, and the file alone says nothing.
    """

    def __init__(self, run: "Run") -> None:
        from filelock import FileLock  # late: the window starts without it

        self._run = run
        self._lock = FileLock(run.path / LOCK_NAME, thread_local=False)

    def acquire(self) -> None:
        """Take the lock. Raises RunLockedError, and RunError if the folder cannot be written."""
        from filelock import Timeout

        try:
            self._lock.acquire(timeout=_PATIENCE_S, poll_interval=_POLL_S)
        except Timeout:
            raise self._locked_error() from None
        except (OSError, NotImplementedError) as error:
            raise self._unwritable_error(error) from None

    def release(self) -> None:
        """Give the lock up; a later call does nothing."""
        self._lock.release()

    def _locked_error(self) -> RunLockedError:
        status = self._run.status
        holder = status.holder if status else "another process"
        return RunLockedError(
            f"The run “{self._run.id}” is being trained by {holder}.",
            "Wait for its end, or stop it first.",
        )

    def _unwritable_error(self, error: Exception) -> RunError:
        reason = getattr(error, "strerror", None) or str(error)
        return RunError(
            f"The run “{self._run.id}” cannot be written to “{self._run.path.parent}”: {reason}.",
            "Copy it to a folder that you can write to, and resume it there.",
        )


def is_locked(folder: Path) -> bool | None:
    """Whether a process holds the lock of a run; None if that cannot be determined.

    Runs of earlier versions, and runs that were never trained, have no lock.
    """
    path = folder / LOCK_NAME
    if not path.is_file():
        return None
    try:
        return _test(path)
    except (OSError, NotImplementedError):
        return None


def _test(path: Path) -> bool:
    if fcntl is None:
        from filelock import FileLock, Timeout

        with suppress(Timeout), FileLock(path).acquire(timeout=0):
            return False
        return True
    # A shared lock: two processes that test at the same time do not see each other.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
