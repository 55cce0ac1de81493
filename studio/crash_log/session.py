"""The life of one process. A session that did not end in order leaves its file behind."""

import atexit
import contextlib
import faulthandler
import io
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from studio import __version__, paths
from studio.crash_log.error_record import record_error, summarize
from studio.crash_log.journal import ErrorJournal
from studio.crash_log.log_file import write_log

WINDOW, COMMAND = "window", "command"
PREFIX = "session-"

_current: list["Session"] = []


class Session:
    """Writes facts about this process, and in a native crash the stacks of its threads, to a file.

    Each fact is a line of JSON. What follows is written by `faulthandler`, which calls no Python.
    The file is removed when the session is closed.
    """

    def __init__(self, purpose: str) -> None:
        """`purpose` is `WINDOW` or `COMMAND`. Without a writable folder, nothing is kept."""
        self.journal = ErrorJournal()
        self.purpose = purpose
        self._pid = os.getpid()
        self.path = paths.log_dir() / f"{PREFIX}{os.getpid()}-{time.time_ns()}.txt"
        self._file = _create(self.path)
        self._is_watching = self._enable_faulthandler()
        self.note(
            purpose=purpose,
            pid=os.getpid(),
            host=socket.gethostname(),
            started=time.time(),
            version=__version__,
        )
        self.journal.install()
        atexit.register(self.close)  # an exit inside of Qt does not return to the caller

    def note(self, **facts: Any) -> None:
        """Add facts, which replace earlier ones of the same name. Never raises."""
        if self._file is not None:
            with contextlib.suppress(OSError, ValueError):
                self._file.write(json.dumps(facts).encode() + b"\n")

    def close(self, failure: BaseException | None = None) -> None:
        """End in order; after a `failure` the file stays and counts as a crash."""
        if os.getpid() != self._pid:  # a child process that was forked, and ends
            return
        atexit.unregister(self.close)
        self.journal.remove()
        if self._file is None:
            return
        if failure is not None:
            self.note(failure=summarize(type(failure).__name__, failure), ended=time.time())
        if self._is_watching:
            _disable_faulthandler()
        file, self._file = self._file, None
        file.close()
        if failure is None:
            with contextlib.suppress(OSError):
                self.path.unlink()

    def _enable_faulthandler(self) -> bool:
        # A test runner may have its own; that of `python -X faulthandler` only prints.
        if self._file is None or (faulthandler.is_enabled() and not _is_enabled_by_python()):
            return False
        faulthandler.enable(self._file.fileno())
        return True


@contextmanager
def session(purpose: str) -> Iterator[Session]:
    """Open a session for the body, or continue the one that is open.

    An error that leaves the body and is not an exit is logged. It counts as a crash of a window;
    a command has a terminal to print it.
    """
    if _current:
        _current[0].purpose = purpose
        _current[0].note(purpose=purpose)
        yield _current[0]
        return
    opened = Session(purpose)
    _current.append(opened)
    write_log("info", f"Started {purpose}: VGG Studio {__version__} on {sys.platform}")
    try:
        yield opened
    except Exception as error:
        opened.journal.add(record_error(type(error), error, error.__traceback__))
        opened.close(error if opened.purpose == WINDOW else None)
        raise
    finally:
        _current.clear()
        opened.close()


def current_session() -> Session | None:
    """Return the session of this process, if one is open."""
    return _current[0] if _current else None


def note_in_session(**facts: Any) -> None:
    """Add facts to the session of this process, if one is open."""
    if _current:
        _current[0].note(**facts)


def end_process(code: int) -> NoReturn:
    """End this process in order, without waiting for its threads and without unloading modules.

    To unload torch takes a second, and longer on a busy machine. What was printed is kept.
    """
    if _current:
        _current[0].close()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):  # closed, or missing
            stream.flush()
    os._exit(code)


def _create(path: Path) -> io.FileIO | None:
    """Open an unbuffered file, because a crash leaves no time to flush."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return io.FileIO(path, "x", opener=_open_private)
    except OSError:
        return None


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _is_enabled_by_python() -> bool:
    by_option = sys.flags.dev_mode or "faulthandler" in sys._xoptions
    return by_option or bool(os.environ.get("PYTHONFAULTHANDLER"))


def _disable_faulthandler() -> None:
    faulthandler.disable()
    if _is_enabled_by_python() and sys.__stderr__ is not None:
        with contextlib.suppress(OSError, ValueError):
            faulthandler.enable(sys.__stderr__)
