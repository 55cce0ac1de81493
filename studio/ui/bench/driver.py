"""Waiting for the window from a plain script: its event loop runs meanwhile."""

from collections.abc import Callable
from time import perf_counter, process_time

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer, SignalInstance
from PySide6.QtWidgets import QWidget

from studio.errors import StudioError

PATIENCE_MS = 120_000
_LOOK_MS = 10
# Quiet is a second in which the process uses less than this share of a core.
_QUIET_MS, _IDLE, _MOST_LOOKS = 1000, 0.05, 60


class Waiting(QEventLoop):
    """An event loop that ends by `quit`. Raises StudioError when that takes too long."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self._what = what
        self._late = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._late.timeout.connect(self._give_up)
        self._gave_up = False

    def wait(self) -> None:
        """Let the window live until somebody calls `quit`."""
        self._late.start()
        self.exec()
        self._late.stop()
        if self._gave_up:
            raise StudioError(f"The window took too long: {self._what}.", "Measure once more.")

    def _give_up(self) -> None:
        self._gave_up = True
        self.quit()


def wait_for(signal: SignalInstance, what: str) -> None:
    """Let the window live until a signal comes. Raises StudioError when that takes too long."""
    waiting = Waiting(what)
    signal.connect(waiting.quit)
    waiting.wait()
    signal.disconnect(waiting.quit)


def wait_until(true: Callable[[], bool], what: str) -> None:
    """Let the window live until something is so. Raises StudioError when that takes too long."""
    waiting = Waiting(what)
    look = QTimer(interval=_LOOK_MS)
    look.timeout.connect(lambda: waiting.quit() if true() else None)
    look.start()
    waiting.wait()
    look.stop()


def rest(milliseconds: int) -> None:
    """Let the window live for a while."""
    waiting = Waiting("resting")
    QTimer.singleShot(milliseconds, waiting.quit)
    waiting.wait()


def settle() -> None:
    """Let the window live until what it loads behind its first pictures is loaded."""
    for _ in range(_MOST_LOOKS):
        before = process_time()
        rest(_QUIET_MS)
        if 1000 * (process_time() - before) < _IDLE * _QUIET_MS:
            return


class PaintObserver(QObject):
    """Calls `note` once a widget, and all that goes with it, is painted after `arm`."""

    def __init__(self, widget: QWidget, note: Callable[[], None]) -> None:
        super().__init__()
        self._note, self._armed = note, False
        widget.installEventFilter(self)

    def arm(self) -> None:
        """From here on painting counts."""
        self._armed = True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._armed and event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._note)
        return False


def painted_ms(
    widget: QWidget, act: Callable[[], None], answered: SignalInstance | None = None
) -> float:
    """Milliseconds from the beginning of `act` until its effect on a widget is painted.

    With `answered` only what is painted after that signal counts. Raises StudioError when nothing
    is painted.
    """
    waiting = Waiting("nothing was painted")
    painted = PaintObserver(widget, waiting.quit)
    if answered is None:
        painted.arm()
    else:
        answered.connect(painted.arm)
    began = perf_counter()
    act()
    waiting.wait()
    return 1000 * (perf_counter() - began)
