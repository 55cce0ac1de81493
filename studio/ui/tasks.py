"""The threads of the window. This is the only file that starts any."""

import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QThread, QTimer, Signal

from studio.callbacks import OnProgress, ShouldStop
from studio.errors import Stopped
from studio.training.events import Event, FitStarted, StepEnd, from_dict

if TYPE_CHECKING:
    from studio.config import TrainConfig
    from studio.runs import Run, RunStore

Work = Callable[[OnProgress, ShouldStop], Any]

NICE_STEPS = 5
TELL_SECONDS = 0.05
MOST_TOLD, BREATH_SECONDS = 200, 0.01

# Set while a training of this process is under way.
_training = threading.Event()


class Task(QThread):
    """Runs `work(progress, should_stop)` once and ends in exactly one terminal signal."""

    progressed = Signal(float, str)
    succeeded = Signal(object)
    stopped = Signal()
    failed = Signal(object, str)

    def __init__(self, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._stop = threading.Event()

    def request_stop(self) -> None:
        """Ask the work to end soon; it does so at its next look at `should_stop`."""
        self._stop.set()

    def run(self) -> None:
        try:
            result = self._work(self.progressed.emit, self._stop.is_set)
        except Stopped:
            self.stopped.emit()
        except BaseException as error:  # noqa: BLE001  # also SystemExit must reach the user
            self.failed.emit(error, traceback.format_exc())
        else:
            self.succeeded.emit(result)


class FitThread(QThread):
    """One training: the trainer's events out, pause and stop in, one terminal signal at the end.

    `progressed` tells of what takes long before the first event; `fit_events` brings lists of
    events, in order. Steps come together some times a second, each other event at once: every
    telling wakes the window, and a fast device makes hundreds of steps between two pictures.
    """

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
    ) -> None:
        """`resume` is the id of a run to go on with; its own configuration then counts."""
        super().__init__(parent)
        self.run_id = resume or ""
        self._config = config
        self._store = run_store
        self._data_dir = data_dir
        self._resume = resume
        self._gate = threading.Condition()
        self._paused = False
        self._stopping = False
        self._untold: list[Event] = []
        self._tell_from = 0.0  # perf_counter from which steps are told again

    @property
    def paused(self) -> bool:
        """Whether the training waits at its next step."""
        return self._paused

    def pause(self) -> None:
        """Let the training finish the step it is in, then wait."""
        with self._gate:
            self._paused = True

    def resume(self) -> None:
        """Go on after `pause`."""
        with self._gate:
            self._paused = False
            self._gate.notify_all()

    def request_stop(self) -> None:
        """Ask the trainer to save and end, also out of a pause."""
        with self._gate:
            self._stopping = True
            self._gate.notify_all()

    def _should_stop(self) -> bool:
        if self._paused:
            self._tell_all()
        with self._gate:
            while self._paused and not self._stopping:
                self._gate.wait()
            return self._stopping

    def _open_run(self) -> "Run":
        run = self._store.open(self._resume) if self._resume else self._store.create(self._config)
        self.run_id = run.id
        return run

    def _fit(self) -> Any:
        from studio.training import Trainer

        run = self._open_run()
        config = run.config if self._resume else self._config
        trainer = Trainer(config, run, self._data_dir)
        tell = self._tell_from_the_beginning if self._resume else self._tell
        return trainer.fit(tell, self._should_stop, self.progressed.emit)

    def _tell_from_the_beginning(self, event: Event) -> None:
        """Before the first event of a resumed run, those that its folder still knows."""
        if isinstance(event, FitStarted):
            earlier = self._store.run(self.run_id).metrics()[:-1]
            for known in [past for past in map(from_dict, earlier) if past is not None]:
                self._untold.append(known)
                if len(self._untold) >= MOST_TOLD:
                    self._tell_all()
                    time.sleep(BREATH_SECONDS)  # a window that hears all at once stands still
        self._tell(event)

    def _tell(self, event: Event) -> None:
        self._untold.append(event)
        if not isinstance(event, StepEnd) or time.perf_counter() > self._tell_from:
            self._tell_all()

    def _tell_all(self) -> None:
        self._tell_from = time.perf_counter() + TELL_SECONDS
        if self._untold:
            told, self._untold = self._untold, []
            self.fit_events.emit(told)

    def run(self) -> None:
        _give_way_to_the_window()
        _training.set()
        try:
            ended = self._fit()
        except BaseException as error:  # noqa: BLE001  # as above
            self._tell_all()
            self.failed.emit(error, traceback.format_exc())
        else:
            self._tell_all()
            (self.stopped if ended.status == "stopped" else self.succeeded).emit(ended)
        finally:
            _training.clear()


class LatestWorker(QThread):
    """Answers the newest payload; those that came meanwhile are dropped unanswered."""

    answered = Signal(object, object)
    failed = Signal(object, str)

    def __init__(self, answer: Callable[[Any], Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._answer = answer
        self._gate = threading.Condition()
        self._waiting: list[Any] = []
        self._closing = False

    def submit(self, payload: Any) -> None:
        """Ask for an answer to `payload`, forgetting a question not yet begun."""
        with self._gate:
            self._waiting = [payload]
            self._gate.notify_all()
        if not self.isRunning() and not self._closing:
            self.start()

    def close(self) -> None:
        """End the thread after the answer in progress, and wait for it."""
        with self._gate:
            self._closing = True
            self._gate.notify_all()
        self.wait()

    def _next(self) -> list[Any]:
        with self._gate:
            while not self._waiting and not self._closing:
                self._gate.wait()
            taken, self._waiting = self._waiting, []
            return [] if self._closing else taken

    def run(self) -> None:
        while taken := self._next():
            try:
                result = self._answer(taken[0])
            except BaseException as error:  # noqa: BLE001  # the next question may be a good one
                self.failed.emit(error, traceback.format_exc())
            else:
                self.answered.emit(taken[0], result)


class TaskHost(QObject):
    """Starts tasks and keeps each alive until its thread has ended."""

    idle = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running: list[Task] = []
        self._waiting: list[Task] = []

    @property
    def busy(self) -> bool:
        """Whether any task waits or runs."""
        return bool(self._running or self._waiting)

    def start(self, work: Work) -> Task:
        """Start `work` in a thread at the next turn of the event loop.

        So the caller can connect the task's signals before anything can be emitted.
        """
        task = Task(work)
        task.finished.connect(self._forget_ended)
        self._waiting.append(task)
        QTimer.singleShot(0, self._start_waiting)
        return task

    def request_stop(self) -> None:
        """Ask every task to end; `idle` follows when the last one has."""
        for task in self._waiting + self._running:
            task.request_stop()

    def wait_all(self) -> None:
        """Block until no thread is left, for the very end of the program and of tests."""
        self.request_stop()
        self._waiting.clear()
        for task in self._running:
            task.wait()
        self._forget_ended()

    def _start_waiting(self) -> None:
        for task in self._waiting:
            self._running.append(task)
            task.start()
        self._waiting = []

    def _forget_ended(self) -> None:
        ended = [task for task in self._running if task.isFinished()]
        for task in ended:
            task.wait()
            self._running.remove(task)
        if ended and not self.busy:
            self.idle.emit()


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch use one thread for what the calling thread asks of it.

    Small work gives several threads nothing to share; on busy cores they wait for each other.
    """
    from studio.training.backend.threads import use_threads

    with use_threads(1):
        yield


@contextmanager
def spare_threads(should_stop: ShouldStop) -> Iterator[ShouldStop]:
    """Let torch use most cores for the calling thread, but a single one beside a training.

    Gives the `should_stop` for the work, which asks it before each portion: there it steps back.
    """
    from studio.training.backend.threads import evaluation_threads, set_threads, use_threads

    def step_back() -> bool:
        if _training.is_set():
            set_threads(1)
        return should_stop()

    with use_threads(evaluation_threads(_training.is_set())):
        yield step_back


def yield_gil() -> None:
    """Let the GUI thread run, from a thread that computes in Python.

    Painting a table takes the GIL a thousand times, and would wait for its turn each time.
    """
    time.sleep(0.001)


def _give_way_to_the_window() -> None:
    """Lower this thread's share of the processor, and that of the threads it starts."""
    if sys.platform == "linux":
        with suppress(OSError):  # a system that forbids it still trains, only less politely
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE_STEPS)
    else:
        QThread.currentThread().setPriority(QThread.Priority.LowPriority)
