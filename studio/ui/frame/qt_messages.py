"""Writes the warnings of Qt to the log; by default they are lost where there is no terminal."""

import contextlib
import sys
import threading

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from studio.crash_log import note_in_session, write_log

MAX_DISTINCT = 200
_LEVELS = {
    QtMsgType.QtWarningMsg: "warning",
    QtMsgType.QtCriticalMsg: "error",
    QtMsgType.QtFatalMsg: "error",
}


class QtMessageLog:
    """Logs warnings and errors of Qt between `install` and `remove`, each distinct one once.

    Everything is also printed, as Qt does. After a fatal error Qt aborts the process; the session
    remembers the message.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._counts: dict[str, int] = {}

    def install(self) -> None:
        """Handle messages from now on."""
        self._previous = qInstallMessageHandler(self._on_message)

    def remove(self) -> None:
        """Restore the previous handler, by default that of Qt."""
        qInstallMessageHandler(self._previous)

    def _on_message(self, level: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        if level == QtMsgType.QtFatalMsg:
            note_in_session(fatal=f"Qt: {message}")
        count = self._count(message)
        if count == 1:
            _print(message)
        if level in _LEVELS and str(count).rstrip("0") == "1":  # 1, 10, 100 …
            times = f" (occurred {count:,} times)" if count > 1 else ""
            write_log(_LEVELS[level], f"Qt: {message}{times}")

    def _count(self, message: str) -> int:
        with self._lock:
            if message not in self._counts and len(self._counts) >= MAX_DISTINCT:
                message = ""
            self._counts[message] = count = self._counts.get(message, 0) + 1
        return count


def _print(message: str) -> None:
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):  # it may be closed
            sys.stderr.write(f"{message}\n")
