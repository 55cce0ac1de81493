"""Ctrl-C in the terminal and a polite kill close the window as its own button would."""

import signal
import socket
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, Signal

_CAUGHT = (signal.SIGINT, signal.SIGTERM)


class SignalHandlers(QObject):
    """Python runs its signal handlers only between byte codes; Qt's loop has none while idle,
    so the signal's number arrives over a socket that Qt watches."""

    caught = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._read, self._write = socket.socketpair()
        self._write.setblocking(False)
        self._notifier = QSocketNotifier(self._read.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_signal)
        self._before = {number: signal.signal(number, _leave_to_socket) for number in _CAUGHT}
        self._fd_before = signal.set_wakeup_fd(self._write.fileno())

    def remove(self) -> None:
        """Give the signals back."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._fd_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._read.close()
        self._write.close()

    def _on_signal(self) -> None:
        if set(self._read.recv(64)) & set(_CAUGHT):
            self.caught.emit()


def _leave_to_socket(_number: int, _frame: FrameType | None) -> None:
    """Replaces KeyboardInterrupt, which would land in whatever slot runs next."""
