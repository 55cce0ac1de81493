"""Training in the window that runs only while it is measured, and the event loop's lateness."""

from time import perf_counter
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from studio.bench.workers.throughput import ThroughputMeter
from studio.bench.workers.training import training_conditions
from studio.bench.workload import Workload
from studio.errors import StudioError
from studio.training.events import EpochEnd, Event, FitStarted, StepEnd
from studio.ui.bench.driver import TimedEventLoop, find_child, process_events_for, wait_until
from studio.ui.main_window import MainWindow
from studio.ui.train.live.training_session import TrainingSession
from studio.ui.train.live.training_state import TrainingState

# A pause takes effect after the current step.
_LAST_STEP_MS = 300
_MIN_LATENESS_MS = 100
_TIMER_INTERVAL_S = 0.005


class TrainingBenchmark(QObject):
    """Trains the configuration of a workload on the Train page, which is shown meanwhile."""

    measured = Signal()

    def __init__(self, window: MainWindow, workload: Workload) -> None:
        super().__init__(window)
        self.conditions: dict[str, Any] = {}
        self._page = window.train_page
        self._meter = ThroughputMeter(workload.seconds)
        self._is_counting, self._last_step = False, 0
        self._batch_size = workload.config.optim.batch_size
        self._lateness = LatenessMeter(self)
        self._lateness_ms = max(_MIN_LATENESS_MS, round(1000 * workload.seconds))
        self._session = find_child(self._page, TrainingSession)
        self._session.event_received.connect(self._on_event)
        # An existing run is resumed with exactly its configuration; the form could change it.
        window.resume_run(window.context.store.create(workload.config).id)
        wait_until(self._has_started_or_failed, "a training is starting")
        self._raise_error()
        self.pause()

    def measure(self) -> dict[str, Any]:
        """Train for a while; return images per second, and milliseconds of lateness.

        Lateness is measured after the speed: its timer wakes the window 200 times per second,
        which costs the training time.
        """
        loop = TimedEventLoop("training")
        self.measured.connect(loop.quit)
        self._session.idle.connect(loop.quit)
        self._is_counting, self._last_step = True, 0
        self.resume()
        loop.run()
        self._is_counting = False
        self._raise_error()
        self._lateness.start()
        process_events_for(self._lateness_ms)
        lateness = self._lateness.stop()
        self.pause()
        return {"images_per_second": self._meter.images_per_second, "lateness": lateness}

    def resume(self) -> None:
        """Let the training run."""
        self._page.pause_or_resume()

    def pause(self) -> None:
        """Pause the training, and wait until the current step has ended."""
        self._page.pause_or_resume()
        process_events_for(_LAST_STEP_MS)

    def _has_started_or_failed(self) -> bool:
        return self._session.state is TrainingState.RUNNING or self._session.error is not None

    def _raise_error(self) -> None:
        if self._session.error is not None:
            raise StudioError(str(self._session.error[0]))

    def _on_event(self, event: Event, _line: str) -> None:
        if isinstance(event, FitStarted):
            self.conditions = training_conditions(event)
        elif isinstance(event, EpochEnd):
            self._meter.skip_interval()
        elif isinstance(event, StepEnd) and self._is_counting:
            self._count_steps(event.step)

    def _count_steps(self, step: int) -> None:
        steps, self._last_step = step - self._last_step, step
        if steps == step:  # the first event of this measurement
            self._meter.restart()
        elif self._meter.add(steps * self._batch_size):
            self._is_counting = False
            self.measured.emit()


class LatenessMeter(QObject):
    """Compares each timeout of a precise timer of 5 ms with the time when it was due."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_timeout)
        self._lateness_ms: list[float] = []
        self._due = 0.0

    def start(self) -> None:
        """Forget earlier values, and start the timer."""
        self._lateness_ms = []
        self._start_timer()

    def stop(self) -> list[float]:
        """Stop the timer; return the milliseconds of lateness of every timeout."""
        self._timer.stop()
        return self._lateness_ms

    def _start_timer(self) -> None:
        self._due = perf_counter() + _TIMER_INTERVAL_S
        self._timer.start(round(1000 * _TIMER_INTERVAL_S))

    def _on_timeout(self) -> None:
        self._lateness_ms += lateness_samples_ms(perf_counter() - self._due)
        self._start_timer()


def lateness_samples_ms(late_s: float) -> list[float]:
    """Return the lateness of a timeout, and of the timeouts that it kept from happening.

    An event loop blocked for long misses timeouts. Each missed one counts with its own lateness,
    so that a long block is not a single value among many.
    """
    missed = range(1, int(late_s / _TIMER_INTERVAL_S) + 1)
    return [1000 * max(late_s, 0.0), *(1000 * (late_s - n * _TIMER_INTERVAL_S) for n in missed)]
