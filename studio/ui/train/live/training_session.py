"""One training at a time: its thread, its progress and its state."""

from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.config import TrainConfig
from studio.errors import DivergedError, StudioError
from studio.runs import RunStore
from studio.training.events import (
    Event,
    FitEnded,
    FitStarted,
    TrainingContinued,
    TrainingPaused,
)
from studio.training.live_values import Changes
from studio.training.unprepared import end_unprepared
from studio.ui.tasks import FitThread
from studio.ui.train.live.training_progress import TrainingProgress
from studio.ui.train.live.training_state import TrainingState


class TrainingSession(QObject):
    """Starts, pauses and stops a training.

    `progressed` carries (fraction, text) of the preparation before the first event,
    `event_received` an event and its line of the log. `run_created` carries the id of the run as
    soon as its folder exists, `run_started` when the data is loaded and its training begins. `idle`
    is emitted when the thread has ended.
    """

    progressed = Signal(float, str)
    event_received = Signal(object, str)
    state_changed = Signal()
    run_created = Signal(str)
    run_started = Signal(str)
    run_ended = Signal(str)
    idle = Signal()

    def __init__(self, store: RunStore, data_dir: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._store, self._data_dir = store, data_dir
        self._thread: FitThread | None = None
        self._outcome = TrainingState.READY
        self.state = TrainingState.READY
        self.progress = TrainingProgress()
        self.run_id = ""
        self.has_checkpoint = False  # whether the run that ended can go on from one
        self.parent_run = ""  # the run that is trained again, by its key
        self.error: tuple[object, str] | None = None

    @property
    def is_training(self) -> bool:
        """Whether the thread of a training is running."""
        return self._thread is not None

    @property
    def thread_in_training(self) -> FitThread | None:
        """The thread of the training; None while there is none."""
        return self._thread

    def start(
        self,
        config: TrainConfig,
        resume: str | None = None,
        parent_run: str = "",
        sweep: str = "",
    ) -> None:
        """Train `config`, or resume the run `resume`, in a thread.

        `parent_run` is the key of the run that is trained again, `sweep` "<sweep>/<trial>" of a
        trial of a sweep, "" for none. Does nothing while a training is running.
        """
        if self._thread is not None:
            return
        self.progress, self.run_id, self.error = TrainingProgress(config), "", None
        self.parent_run = parent_run
        self._thread = thread = FitThread(
            config, self._store, self._data_dir, self, resume, parent_run, sweep
        )
        thread.run_created.connect(self.run_created)
        thread.progressed.connect(self._on_progress)
        thread.fit_events.connect(self._on_events)
        thread.succeeded.connect(self._on_succeeded)
        thread.stopped.connect(self._on_stopped)
        thread.failed.connect(self._on_failed)
        thread.finished.connect(self._on_thread_ended)
        self._enter(TrainingState.STARTING)
        thread.start()

    def stop(self) -> None:
        """Ask the training to save and end."""
        if self._thread is not None:
            self._thread.request_stop()
            self._enter(TrainingState.STOPPING)

    def abandon(self) -> bool:
        """Let a run that is still prepared count as stopped, at the end of the process.

        Return False, and do nothing, if its training has begun: it has something to save.
        """
        if self._thread is None or self.progress.started is not None:
            return False
        if self._thread.run_id:
            with suppress(OSError, StudioError):
                end_unprepared(self._store.run(self._thread.run_id))
        return True

    def pause_or_resume(self) -> None:
        """Pause the training after its current step, or resume it."""
        if self._thread is None:
            return
        if self.state is TrainingState.RUNNING:
            self._thread.pause()
            self._enter(TrainingState.PAUSED)
        elif self.state is TrainingState.PAUSED:
            self._thread.resume()
            self._enter(TrainingState.RUNNING)

    def change_settings(self, changes: Changes) -> None:
        """Change settings from the next step on. Raises ConfigError."""
        if self._thread is not None:
            self._thread.settings.post(changes)

    def reset(self) -> None:
        """Forget the run that has ended."""
        if self._thread is None:
            self.progress, self.run_id, self.error = TrainingProgress(), "", None
            self._enter(TrainingState.READY)

    def _enter(self, state: TrainingState) -> None:
        self.state = state
        self.state_changed.emit()

    def _on_progress(self, fraction: float, text: str) -> None:
        if self.state is TrainingState.STARTING:
            self.progressed.emit(fraction, text)

    def _on_events(self, events: list[Event]) -> None:
        for event in events:
            self._on_event(event)

    def _on_event(self, event: Event) -> None:
        line = self.progress.add(event)
        self.event_received.emit(event, line)
        if isinstance(event, FitStarted):
            if self.run_id != event.run:  # a resumed run repeats its first start
                self.run_id = event.run
                self.run_started.emit(event.run)
            if self.state is TrainingState.STARTING:
                self._enter(TrainingState.RUNNING)
        elif isinstance(event, TrainingPaused) and self.state is TrainingState.RUNNING:
            self._enter(TrainingState.WAITING)
        elif isinstance(event, TrainingContinued) and self.state is TrainingState.WAITING:
            self._enter(TrainingState.RUNNING)

    def _on_succeeded(self, _ended: FitEnded) -> None:
        self._outcome = (
            TrainingState.AT_CHANCE if self.progress.chance_level else TrainingState.FINISHED
        )

    def _on_stopped(self, ended: FitEnded) -> None:
        self.run_id = ended.run
        self._outcome = TrainingState.STOPPED

    def _on_failed(self, error: object, traceback_text: str) -> None:
        self.error = (error, traceback_text)
        has_diverged = isinstance(error, DivergedError)
        self._outcome = TrainingState.DIVERGED if has_diverged else TrainingState.FAILED

    def _on_thread_ended(self) -> None:
        """Enter the final state: only now can another training start."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        thread.wait()
        self.run_id = self.run_id or thread.run_id
        self.has_checkpoint = bool(self.run_id) and self._store.run(self.run_id).state.is_file()
        thread.deleteLater()
        self._enter(self._outcome)
        if self.run_id:
            self.run_ended.emit(self.run_id)
        self.idle.emit()
