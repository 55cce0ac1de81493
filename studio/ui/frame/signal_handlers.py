"""Handlers of SIGINT and SIGTERM, which close the window as its close button does."""

import signal
import socket
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, Signal

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class SignalHandlers(QObject):
    """Emits `caught` when Ctrl+C is pressed in the terminal or the process is asked to end.

    Python runs signal handlers only between bytecode instructions, and Qt's event loop executes
    none while it is idle. So Python writes the number of a signal to a socket that Qt watches.
    """

    caught = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.exit_code = 0  # of the program: 143 after SIGTERM, as of any program that it ends
        self._read, self._write = socket.socketpair()
        self._write.setblocking(False)
        self._notifier = QSocketNotifier(self._read.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_signal)
        self._previous = {number: signal.signal(number, _ignore) for number in _SIGNALS}
        self._previous_fd = signal.set_wakeup_fd(self._write.fileno())

    def remove(self) -> None:
        """Restore the previous handlers."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._previous_fd)
        for number, handler in self._previous.items():
            signal.signal(number, handler)
        self._read.close()
        self._write.close()

    def _on_signal(self) -> None:
        caught = set(self._read.recv(64)) & set(_SIGNALS)
        if signal.SIGTERM in caught:
            self.exit_code = 128 + signal.SIGTERM
        if caught:
            self.caught.emit()


def _ignore(_number: int, _frame: FrameType | None) -> None:
    """Do nothing, instead of raising KeyboardInterrupt in the slot that runs next."""
