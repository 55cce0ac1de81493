"""How late the event loop comes to what is due."""

from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer

INTERVAL = 0.005


class Lateness(QObject):
    """A precise timer of 5 ms whose every firing is compared with when it should have come.

    A loop that stands still for long misses firings; each of them counts with what it was late.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._note)
        self._late: list[float] = []
        self._due = 0.0

    def begin(self) -> None:
        """Measure from here on, from nothing."""
        self._late = []
        self._start()

    def end(self) -> list[float]:
        """Stop; the milliseconds of every firing."""
        self._timer.stop()
        return self._late

    def _start(self) -> None:
        self._due = perf_counter() + INTERVAL
        self._timer.start(round(1000 * INTERVAL))

    def _note(self) -> None:
        self._late += missed(perf_counter() - self._due)
        self._start()


def missed(late: float) -> list[float]:
    """Milliseconds of lateness of a firing that is `late` seconds, and of those it kept away."""
    return [1000 * max(late, 0.0)] + [
        1000 * (late - count * INTERVAL) for count in range(1, int(late / INTERVAL) + 1)
    ]
