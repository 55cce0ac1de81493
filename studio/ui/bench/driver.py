"""Operate the real window from a script: find its children, run its event loop, await painting."""

from collections.abc import Callable
from time import perf_counter, process_time
from typing import TypeVar

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer, SignalInstance
from PySide6.QtWidgets import QWidget

from studio.errors import StudioError

TIMEOUT_MS = 120_000
_POLL_MS = 10
# The process is idle if it uses less than this fraction of a core for a second.
_IDLE_MS, _IDLE_LOAD, _MAX_IDLE_CHECKS = 1000, 0.05, 60

T = TypeVar("T", bound=QObject)


def find_child(parent: QObject, child_type: type[T], name: str = "") -> T:
    """Return the child of a type and object name. Raises LookupError if there is none."""
    found = parent.findChild(child_type, name) if name else parent.findChild(child_type)
    if found is None:
        raise LookupError(f"There is no {child_type.__name__} {name} in the window.")
    return found


class TimedEventLoop(QEventLoop):
    """An event loop that ends with `quit`, or with an error after a timeout."""

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self._purpose = purpose
        self._timer = QTimer(self, singleShot=True, interval=TIMEOUT_MS)
        self._timer.timeout.connect(self._on_timeout)

    def run(self) -> None:
        """Process events until `quit` is called. Raises StudioError after the timeout."""
        self._timer.start()
        timed_out = self.exec()
        self._timer.stop()
        if timed_out:
            raise StudioError(f"The window took too long: {self._purpose}.", "Try again.")

    def _on_timeout(self) -> None:
        self.exit(1)


def wait_for_signal(signal: SignalInstance, purpose: str) -> None:
    """Process events until a signal is emitted. Raises StudioError after the timeout."""
    loop = TimedEventLoop(purpose)
    signal.connect(loop.quit)
    loop.run()
    signal.disconnect(loop.quit)


def wait_until(condition: Callable[[], bool], purpose: str) -> None:
    """Process events until a condition holds. Raises StudioError after the timeout."""
    loop = TimedEventLoop(purpose)
    poll = QTimer(interval=_POLL_MS)
    poll.timeout.connect(lambda: loop.quit() if condition() else None)
    poll.start()
    loop.run()
    poll.stop()


def process_events_for(duration_ms: int) -> None:
    """Process events for a while."""
    loop = TimedEventLoop("processing events")
    QTimer.singleShot(duration_ms, loop.quit)
    loop.run()


def wait_until_idle() -> None:
    """Process events until the window has loaded everything that it loads in the background."""
    for _ in range(_MAX_IDLE_CHECKS):
        before = process_time()
        process_events_for(_IDLE_MS)
        if 1000 * (process_time() - before) < _IDLE_LOAD * _IDLE_MS:
            return


class PaintObserver(QObject):
    """Calls `on_painted` after the first painting of a widget after `arm`.

    All other pending paint events are then processed too.
    """

    def __init__(self, widget: QWidget, on_painted: Callable[[], None]) -> None:
        super().__init__()
        self._on_painted, self._armed = on_painted, False
        widget.installEventFilter(self)

    def arm(self) -> None:
        """Wait for painting from now on."""
        self._armed = True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._armed and event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._on_painted)
        return False


def measure_paint_ms(
    widget: QWidget, action: Callable[[], None], updated: SignalInstance | None = None
) -> float:
    """Return the milliseconds from the start of `action` until the widget is painted.

    With `updated`, only painting after that signal counts. Raises StudioError after the timeout.
    """
    loop = TimedEventLoop("nothing was painted")
    observer = PaintObserver(widget, loop.quit)
    if updated is None:
        observer.arm()
    else:
        updated.connect(observer.arm)
    started = perf_counter()
    action()
    loop.run()
    return 1000 * (perf_counter() - started)
