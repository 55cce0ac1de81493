"""The threads of the window. No other module starts any."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDeadlineTimer, QMetaMethod, QObject, QThread, QTimer, Signal
from shiboken6 import Shiboken

from studio.callbacks import OnProgress, ShouldStop
from studio.crash_log import record_error, release_traceback, write_log
from studio.errors import Stopped
from studio.runs.status import RunStatus
from studio.runtime import lower_thread_priority
from studio.training.events import (
    Event,
    FitStarted,
    StepEnd,
    TrainingContinued,
    TrainingPaused,
    from_dict,
)
from studio.training.live_settings import SettingsMailbox
from studio.training.snapshots import SnapshotMailbox

if TYPE_CHECKING:
    from studio.config import TrainConfig
    from studio.runs import Run, RunStore

Work = Callable[[OnProgress, ShouldStop], Any]

EVENT_INTERVAL_S = 0.05  # at least between two emissions of steps
REPLAY_BATCH, REPLAY_PAUSE_S = 200, 0.01
_TRAINING_POLL_S = 0.05

# Set while a training of this process runs.
_is_training = threading.Event()


class Task(QThread):
    """Calls `work(on_progress, should_stop)` once, and ends in exactly one terminal signal."""

    progressed = Signal(float, str)
    succeeded = Signal(object)
    stopped = Signal()
    failed = Signal(object, str)

    def __init__(self, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._stop = threading.Event()

    def request_stop(self) -> None:
        """Ask the work to end; it does so when it next calls `should_stop`."""
        self._stop.set()

    def run(self) -> None:
        try:
            result = self._work(self.progressed.emit, self._stop.is_set)
        except Stopped:
            self.stopped.emit()
        except BaseException as error:  # noqa: BLE001  # SystemExit too must reach the user
            _emit_failure(self, error, is_wanted=not self._stop.is_set())
        else:
            self.succeeded.emit(result)


class FitThread(QThread):
    """Runs one training; ends in exactly one terminal signal.

    `run_created` carries the id of the run once its folder exists. `progressed` reports
    preparations before the first event. `fit_events` carries lists of events, in order. Steps are
    collected and emitted some times a second, with each other event at once: every emission wakes
    the GUI thread, and a fast device makes hundreds of steps between two frames.
    """

    run_created = Signal(str)
    progressed = Signal(float, str)
    fit_events = Signal(object)
    succeeded = Signal(object)
    stopped = Signal(object)
    failed = Signal(object, str)

    def __init__(
        self,
        config: "TrainConfig",
        run_store: "RunStore",
        data_dir: Path | None = None,
        parent: QObject | None = None,
        resume: str | None = None,
        parent_run: str = "",
        sweep: str = "",
    ) -> None:
        """`resume` is the id of a run to resume, whose own configuration is then used.

        `parent_run` is the key of the run that a new one follows, `sweep` "<sweep>/<trial>" of a
        trial of a sweep, "" for none.
        """
        super().__init__(parent)
        self.run_id = resume or ""
        self._config = config
        self._store = run_store
        self._data_dir = data_dir
        self._resume = resume
        self._parent_run = parent_run
        self._sweep = sweep
        self._condition = threading.Condition()
        self.settings = SettingsMailbox()  # changes while it trains
        self.snapshots = SnapshotMailbox()  # of the weights while they are trained
        self.paused = False  # whether the training waits at its next step
        self._stopping = False
        self._pending: list[Event] = []
        self._next_emission = 0.0  # perf_counter from which steps are emitted again

    def pause(self) -> None:
        """Let the training finish its present step, then wait."""
        with self._condition:
            self.paused = True

    def resume(self) -> None:
        """Continue after `pause`."""
        with self._condition:
            self.paused = False
            self._condition.notify_all()

    def request_stop(self) -> None:
        """Ask the trainer to save and end, also while it is paused."""
        with self._condition:
            self._stopping = True
            self._condition.notify_all()

    def request_snapshot(self) -> None:
        """Ask for a snapshot of the weights, also while the training is paused."""
        self.snapshots.request()
        with self._condition:
            self._condition.notify_all()

    def _should_stop(self) -> bool:
        if self.paused:
            self._emit_pending()
        while True:
            if self.paused:
                self.snapshots.serve()  # without the lock, for which the window would wait
            with self._condition:
                if self._stopping or not self.paused:
                    return self._stopping
                self._condition.wait()

    def _fit(self) -> Any:
        if self._resume:
            run = self._store.open(self._resume)
        else:
            run = self._store.create(self._config, self._parent_run, self._sweep)
        self.run_id = run.id
        self.run_created.emit(run.id)
        # After the run exists: a window that is closed meanwhile leaves one that can be resumed.
        trainer_class = _import_trainer(run)
        config = run.config if self._resume else self._config

        def on_event(event: Event) -> None:
            if self._resume and isinstance(event, FitStarted):
                self._replay(run)
            self._add_event(event)

        trainer = trainer_class(
            config, run, self._data_dir, snapshots=self.snapshots, settings=self.settings
        )
        return trainer.fit(on_event, self._should_stop, self.progressed.emit)

    def _replay(self, run: "Run") -> None:
        """Emit the events that the folder of a resumed run holds from before.

        The trainer has already written the event that starts the resumed training.
        """
        for event in map(from_dict, run.metrics()[:-1]):
            if event is None or isinstance(event, TrainingPaused | TrainingContinued):
                continue  # unknown, or of a moment that is over
            self._pending.append(event)
            if len(self._pending) >= REPLAY_BATCH:
                self._emit_pending()
                time.sleep(REPLAY_PAUSE_S)  # all events at once would block the GUI thread

    def _add_event(self, event: Event) -> None:
        self._pending.append(event)
        if not isinstance(event, StepEnd) or time.perf_counter() > self._next_emission:
            self._emit_pending()

    def _emit_pending(self) -> None:
        self._next_emission = time.perf_counter() + EVENT_INTERVAL_S
        if self._pending:
            events, self._pending = self._pending, []
            self.fit_events.emit(events)

    def run(self) -> None:
        lower_thread_priority()
        if sys.platform != "linux":
            QThread.currentThread().setPriority(QThread.Priority.LowPriority)
        _is_training.set()
        try:
            ended = self._fit()
        except BaseException as error:  # noqa: BLE001  # as above
            self._emit_pending()
            _emit_failure(self, error)
        else:
            self._emit_pending()
            (self.stopped if ended.status == "stopped" else self.succeeded).emit(ended)
        finally:
            _is_training.clear()


def _import_trainer(run: "Run") -> Any:
    """Load what trains, which takes seconds. A run whose training cannot be loaded has failed."""
    try:
        from studio.training import Trainer
    except BaseException as error:
        if status := run.status:
            reason = " ".join(str(error).split()) or type(error).__name__
            run.write_status(status.with_values(status=RunStatus.FAILED, reason=reason))
        raise
    return Trainer


_close_deadline = QDeadlineTimer(QDeadlineTimer.ForeverConstant.Forever)


def limit_waiting(seconds: float) -> None:
    """Let workers that are closed from now on be waited for until then; the process ends soon."""
    global _close_deadline
    _close_deadline = QDeadlineTimer(round(1000 * seconds))


class LatestWorker(QThread):
    """Computes the newest request; older ones that have not begun are dropped.

    `completed` carries a request and its result, `failed` an error and its traceback. A failure
    does not end the thread. Long computations raise Stopped once `is_superseded` returns True.
    """

    completed = Signal(object, object)
    failed = Signal(object, str)

    def __init__(self, compute: Callable[[Any], Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._compute = compute
        self._condition = threading.Condition()
        self._waiting: list[Any] = []
        self._closing = False
        self._cancelled = False  # whether the request in progress is

    def submit(self, request: Any) -> None:
        """Compute `request`, instead of a request that has not begun; starts the thread."""
        with self._condition:
            self._waiting = [request]
            self._condition.notify_all()
        if not self.isRunning() and not self._closing:
            self.start()

    def cancel(self) -> None:
        """Drop the request that has not begun, and ask that in progress to stop."""
        with self._condition:
            self._waiting = []
            self._cancelled = True

    def is_superseded(self) -> bool:
        """Whether the result of the request in progress is no longer wanted."""
        with self._condition:
            return bool(self._waiting) or self._closing or self._cancelled

    def close(self) -> None:
        """End the thread after the request in progress, and wait for it."""
        with self._condition:
            self._closing = True
            self._condition.notify_all()
        self.wait(_close_deadline)

    def _next_request(self) -> list[Any]:
        """Wait for a request; returns it in a list, which is empty when the thread must end."""
        with self._condition:
            while not self._waiting and not self._closing:
                self._condition.wait()
            requests, self._waiting = self._waiting, []
            self._cancelled = False
            return [] if self._closing else requests

    def run(self) -> None:
        while requests := self._next_request():
            try:
                result = self._compute(requests[0])
            except Stopped:
                continue
            except BaseException as error:  # noqa: BLE001  # the next request may succeed
                _emit_failure(self, error, is_wanted=not self._closing)
            else:
                self.completed.emit(requests[0], result)


def _emit_failure(
    thread: Task | FitThread | LatestWorker, error: BaseException, is_wanted: bool = True
) -> None:
    """Emit `failed` with an error that holds nothing of the functions it passed.

    Unexpected errors are logged. One that no slot would hear of counts as uncaught, and is shown,
    unless the result is no longer wanted.
    """
    if is_wanted and not thread.isSignalConnected(QMetaMethod.fromSignal(thread.failed)):
        sys.excepthook(type(error), error, error.__traceback__)
        return
    record = record_error(type(error), error, error.__traceback__)
    if not record.is_expected:
        write_log("error", record.text)
    release_traceback(error)
    thread.failed.emit(error, record.traceback_text)


class TaskHost(QObject):
    """Starts tasks and keeps each alive until its thread has ended."""

    idle = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running: list[Task] = []
        self._waiting: list[Task] = []

    @property
    def is_busy(self) -> bool:
        """Whether any task waits or runs."""
        return bool(self._running or self._waiting)

    def start(self, work: Work) -> Task:
        """Start `work` in a thread, in the next iteration of the event loop.

        The caller can so connect the signals of the task before any is emitted.
        """
        task = Task(work)
        task.finished.connect(self._remove_ended)
        self._waiting.append(task)
        QTimer.singleShot(0, self._start_waiting)
        return task

    def request_stop(self) -> None:
        """Ask every task to end; `idle` follows when the last one has."""
        for task in self._waiting + self._running:
            task.request_stop()

    def wait_all(self) -> None:
        """Block until no thread is left, at the end of the program and of tests."""
        self.request_stop()
        self._waiting.clear()
        for task in self._running:
            task.wait()
        self._remove_ended()

    def _start_waiting(self) -> None:
        for task in self._waiting:
            self._running.append(task)
            task.start()
        self._waiting = []

    def _remove_ended(self) -> None:
        ended = [task for task in self._running if task.isFinished()]
        for task in ended:
            task.wait()
            self._running.remove(task)
        if ended and not self.is_busy:
            self.idle.emit()


class NewestTask(QObject):
    """Runs one task at a time and emits nothing more about one that another task replaces.

    Subclasses start work with `start` and say what its result means.
    """

    progressed = Signal(float, str)
    failed = Signal(object, str)
    cancelled = Signal()

    def __init__(self, tasks: TaskHost, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._receiver: _TaskReceiver | None = None  # of the task in progress

    @property
    def is_running(self) -> bool:
        """Whether a task is in progress."""
        return self._receiver is not None

    def start(self, work: Work, on_result: Callable[[Any], None]) -> None:
        """Run `work` in place of a task in progress; `on_result` gets its result in this thread.

        It ends in `on_result`, `failed` or `cancelled`, unless another task replaces it.
        """
        self.stop()
        self._receiver = _TaskReceiver(self, self._tasks.start(work), on_result)

    def cancel(self) -> None:
        """Ask the task in progress to stop; `cancelled` follows, unless it just ended."""
        if self._receiver is not None:
            self._receiver.task.request_stop()

    def stop(self) -> None:
        """Stop the task in progress and emit nothing about it any more."""
        self.cancel()
        self._end()

    def _end(self) -> None:
        """Forget the task in progress, and what it emitted that has not arrived yet."""
        if self._receiver is not None:
            self._receiver.newest = None
        self._receiver = None

    def _report_progress(self, fraction: float, text: str) -> None:
        """Emit the progress of the task in progress."""
        self.progressed.emit(fraction, text)


class _TaskReceiver(QObject):
    """Receives the signals of one task, for as long as it is the newest of a `NewestTask`.

    `sender()` cannot tell tasks apart: a signal may arrive when its sender has been deleted, and a
    later task may have got its address. Here the receiver of each task is another one.
    """

    def __init__(self, newest: NewestTask, task: Task, on_result: Callable[[Any], None]) -> None:
        super().__init__()
        self.newest: NewestTask | None = newest
        self.task = task
        self._on_result = on_result
        task.progressed.connect(self._on_progressed)
        task.succeeded.connect(self._on_succeeded)
        task.stopped.connect(self._on_stopped)
        task.failed.connect(self._on_failed)

    def _on_progressed(self, fraction: float, text: str) -> None:
        if self.newest is not None and Shiboken.isValid(self.newest):
            self.newest._report_progress(fraction, text)

    def _on_succeeded(self, result: Any) -> None:
        if self._end() is not None:
            self._on_result(result)

    def _on_stopped(self) -> None:
        if (newest := self._end()) is not None:
            newest.cancelled.emit()

    def _on_failed(self, error: object, traceback_text: str) -> None:
        if (newest := self._end()) is not None:
            newest.failed.emit(error, traceback_text)

    def _end(self) -> NewestTask | None:
        """Return what the task was the newest of, None if it no longer is or was deleted."""
        newest = self.newest
        if newest is None or not Shiboken.isValid(newest):
            return None
        newest._end()
        return newest


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch use a single thread for the work of the calling thread.

    Small work gives several threads nothing to share, and on busy cores they wait for each other.
    """
    from studio.training.backend.threads import use_threads

    with use_threads(1):
        yield


@contextmanager
def spare_threads(should_stop: ShouldStop) -> Iterator[ShouldStop]:
    """Let torch use most cores for the calling thread, but a single one beside a training.

    Yields a `should_stop` for the work, which reduces the threads when it is called beside one.
    """
    from studio.training.backend.threads import evaluation_threads, set_threads, use_threads

    def should_stop_and_adapt() -> bool:
        if _is_training.is_set():
            set_threads(1)
        return should_stop()

    with use_threads(evaluation_threads(_is_training.is_set())):
        yield should_stop_and_adapt


def wait_for_trainings(should_stop: ShouldStop) -> ShouldStop:
    """Return a `should_stop` for work that trains models: it waits while a training runs.

    Both use the random generator of torch: a training draws its numbers as if it were alone, and
    the work gets its own state of the generator back.
    """
    import torch

    def should_stop_after_trainings() -> bool:
        if _is_training.is_set():
            state = torch.get_rng_state()
            while _is_training.is_set() and not should_stop():
                time.sleep(_TRAINING_POLL_S)
            torch.set_rng_state(state)
        return should_stop()

    return should_stop_after_trainings


def yield_gil() -> None:
    """Let the GUI thread run, from a thread that computes in Python.

    Painting a table takes the GIL a thousand times, and would wait for its turn each time.
    """
    time.sleep(0.001)
