"""A training in the window that runs only in its turns."""

from typing import Any

from PySide6.QtCore import QObject, Signal

from studio.bench.workers.throughput import ThroughputMeter
from studio.bench.workers.training import facts_of
from studio.bench.workload import Workload
from studio.errors import StudioError
from studio.training.events import EpochEnd, Event, FitStarted, StepEnd
from studio.ui.bench.driver import Waiting, rest, wait_until
from studio.ui.bench.finding import find
from studio.ui.bench.lateness import Lateness
from studio.ui.main_window import MainWindow
from studio.ui.train.live.training_session import TrainingSession
from studio.ui.train.live.training_state import TrainingState

# The step in which a pause is asked for ends first.
_LAST_STEP_MS = 300
_LEAST_LATE_MS = 100


class WindowTraining(QObject):
    """Trains a workload's configuration on the Train page, seen by the person at the window."""

    enough = Signal()

    def __init__(self, window: MainWindow, workload: Workload) -> None:
        super().__init__(window)
        self.facts: dict[str, Any] = {}
        self._page = window.train_page
        self._clock = ThroughputMeter(workload.seconds)
        self._counting, self._step = False, 0
        self._batch_size = workload.config.optim.batch_size
        self._late, self._late_ms = (
            Lateness(self),
            max(_LEAST_LATE_MS, round(1000 * workload.seconds)),
        )
        self._session = find(self._page, TrainingSession)
        self._session.event_received.connect(self._on_event)
        # A run that is there already is gone on with under just the configuration it was given.
        window.resume_run(window.context.store.create(workload.config).id)
        wait_until(self._runs_or_failed, "a training is starting")
        self._check()
        self.pause()

    def turn(self) -> dict[str, Any]:
        """Train for a while; pictures a second, and then how late the event loop is.

        One after the other: a timer that wakes the window 200 times a second costs a training.
        """
        waiting = Waiting("training")
        self.enough.connect(waiting.quit)
        self._session.idle.connect(waiting.quit)
        self._counting, self._step = True, 0
        self.go_on()
        waiting.wait()
        self._counting = False
        self._check()
        self._late.begin()
        rest(self._late_ms)
        late = self._late.end()
        self.pause()
        return {"images_per_second": self._clock.images_per_second, "lateness": late}

    def go_on(self) -> None:
        """Let the training run."""
        self._page.pause_or_resume()

    def pause(self) -> None:
        """Let the training wait, and be sure that it does."""
        self._page.pause_or_resume()
        rest(_LAST_STEP_MS)

    def _runs_or_failed(self) -> bool:
        return self._session.state is TrainingState.RUNNING or self._session.error is not None

    def _check(self) -> None:
        if self._session.error is not None:
            raise StudioError(str(self._session.error[0]))

    def _on_event(self, event: Event, _line: str) -> None:
        if isinstance(event, FitStarted):
            self.facts = facts_of(event)
        elif isinstance(event, EpochEnd):
            self._clock.leave_out()
        elif isinstance(event, StepEnd) and self._counting:
            self._on_step(event.step)

    def _on_step(self, step: int) -> None:
        steps, self._step = step - self._step, step
        if steps == step:  # the first that is heard of in this turn
            self._clock.begin()
        elif self._clock.report(steps * self._batch_size):
            self._counting = False
            self.enough.emit()
