"""Lets trainings wait their turn: starts the next one when a training has ended."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from studio.callbacks import OnProgress, ShouldStop
from studio.errors import QueueError, StudioError
from studio.formatting import count
from studio.runs.queue_file import QueueFile, StoredQueue
from studio.runs.training_queue import EntryState, QueueEntry, TrainingQueue
from studio.ui.context import StudioContext
from studio.ui.train.live.training_session import TrainingSession
from studio.ui.train.live.training_state import TrainingState

_ENDS = {
    TrainingState.FINISHED: EntryState.FINISHED,
    TrainingState.AT_CHANCE: EntryState.FINISHED,
    TrainingState.STOPPED: EntryState.STOPPED,
    TrainingState.FAILED: EntryState.FAILED,
    TrainingState.DIVERGED: EntryState.DIVERGED,
}


class QueueController(QObject):
    """Holds the queue, saves it, and drives it while it is not held.

    A queue is held until it is started, and after a training that was stopped. `changed` follows
    each change. `start_wanted` carries the QueueEntry to train now; `message` a text and its tone,
    `offered` a text, an action and what that does; `view_wanted` asks to show the queue.
    """

    changed = Signal()
    start_wanted = Signal(object)
    message = Signal(str, str)
    offered = Signal(str, str, object)
    failed = Signal(object, str)
    view_wanted = Signal()

    def __init__(self, context: StudioContext, session: TrainingSession, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._session = context, session
        self._file = QueueFile(context.runs_dir)
        self._queue = TrainingQueue()
        self._read_only = ""
        self._is_open = self._is_loading = False
        self._to_add: list[QueueEntry] = []  # while the file is read
        self._is_held, self._is_closing = True, False
        self._current = ""  # the id of the entry that is trained
        self._saver = QueueSaver(context, self._file, self)
        self._saver.failed.connect(self.failed)
        # A training starts in the next iteration of the event loop: every slot of the end of the
        # one before has run by then.
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._start_next)
        session.run_started.connect(self._on_run_started)
        session.state_changed.connect(self.changed)
        session.idle.connect(self._on_idle)

    # What is in the queue

    @property
    def entries(self) -> tuple[QueueEntry, ...]:
        """All entries, in their order."""
        return self._queue.entries

    @property
    def waiting_count(self) -> int:
        """The number of trainings that wait."""
        return self._queue.waiting_count

    @property
    def is_held(self) -> bool:
        """Whether no further training starts by itself."""
        return self._is_held

    @property
    def read_only(self) -> str:
        """Why the queue cannot be changed in this window; empty if it can."""
        return self._read_only

    # Drive it

    def load(self) -> None:
        """Read the queue of an earlier session in a thread; it is held."""
        if self._is_loading or self._is_open:
            return
        self._is_loading = True
        task = self._context.tasks.start(partial(_open, self._file))
        task.succeeded.connect(self._on_loaded)
        task.failed.connect(self.failed)

    def add_all(self, entries: Sequence[QueueEntry]) -> None:
        """Let trainings wait at the end of the queue; the user is told, also if it cannot be."""
        if self._is_loading:
            self._to_add += entries
            return
        if not entries or not self._open_for_changes():
            return
        had_waiting = self.waiting_count > 0
        if not self._change(partial(self._queue.add_all, entries)):
            return
        if self._session.is_training and not had_waiting and not self._is_closing:
            self._is_held = False
            self.changed.emit()
        self._offer_added(len(entries))

    def start(self) -> None:
        """Train what waits: the first one now, or when the present training has ended."""
        if not self._open_for_changes() or not self.waiting_count:
            return
        self._is_held = False
        self.changed.emit()
        self._start_later()

    def hold(self) -> None:
        """Start no further training; the present one goes on."""
        self._timer.stop()
        if not self._is_held:
            self._is_held = True
            self.changed.emit()

    def begin_closing(self) -> None:
        """Let the training that is stopped now be resumed in its turn, after the next start."""
        self._is_closing = True
        self.hold()

    def close(self) -> None:
        """Save the queue and let another window drive it."""
        self._is_closing = True
        self._timer.stop()
        if not self._session.is_training:
            self._finish_current()
        self._saver.close(self._queue.entries)
        self._file.release()

    # Change it

    def remove(self, entry_id: str) -> None:
        """Remove a training that does not run; the message has an undo."""
        place = self._queue.position(entry_id)
        entry = self._queue.find(entry_id)
        if self._change(partial(self._queue.remove, entry_id)):
            text = f"“{entry.title}” was removed from the queue."
            self.offered.emit(text, "Undo", partial(self._put_back, ((place, entry),)))

    def clear_ended(self) -> None:
        """Remove the trainings that have ended from the list; the message has an undo."""
        ended = tuple((i, e) for i, e in enumerate(self._queue.entries) if e.has_ended)
        if ended and self._change(self._queue.clear_ended):
            text = f"{count(len(ended), 'ended training')} removed from the list. Runs are kept."
            self.offered.emit(text, "Undo", partial(self._put_back, ended))

    def move(self, entry_id: str, place: int) -> None:
        """Move a training to a place in the list, from 0."""
        self._change(partial(self._queue.move, entry_id, place))

    def _put_back(self, removed: Sequence[tuple[int, QueueEntry]]) -> None:
        for place, entry in removed:
            self._change(partial(self._queue.add, entry, place))

    def _change(self, change: Callable[[], object]) -> bool:
        """Call `change` and save; returns whether it was possible."""
        if not self._open_for_changes():
            return False
        try:
            change()
        except QueueError as error:
            self.failed.emit(error, "")
            return False
        self._save()
        return True

    # Inside

    def _open_for_changes(self) -> bool:
        """Acquire the queue before its first change; tells why it cannot be changed."""
        if not self._is_open and not self._is_loading:
            self._show(self._file.open())
        if self._read_only:
            self.message.emit(self._read_only, "warn")
        return self._is_open

    def _on_loaded(self, stored: StoredQueue | None) -> None:
        self._is_loading = False
        if stored is not None:
            self._show(stored)
            if self._is_open and self.waiting_count:
                first = self._queue.next_waiting()
                text = f"{waiting_text(self.waiting_count)} in the queue."
                if first is not None and first.resume:
                    text += " The first one is resumed where it ended."
                self.offered.emit(text, "Start queue", self.start)
        to_add, self._to_add = self._to_add, []
        self.add_all(to_add)

    def _show(self, stored: StoredQueue) -> None:
        self._queue = TrainingQueue(stored.entries)
        self._read_only, self._is_open = stored.read_only, not stored.read_only
        if stored.damage:
            self.message.emit(stored.damage, "warn")
            self._save()
        self.changed.emit()

    def _save(self) -> None:
        self._saver.save(self._queue.entries)
        self.changed.emit()

    def _offer_added(self, number: int) -> None:
        text = "Added to the queue." if number == 1 else f"{number} trainings added to the queue."
        if self._session.is_training and not self._is_held:
            starts = "It starts" if number == 1 else "They start"
            text = f"{text} {starts} when the trainings before have ended."
            self.offered.emit(text, "Show queue", self.view_wanted.emit)
        else:
            self.offered.emit(
                f"{text} {waiting_text(self.waiting_count)}.", "Start queue", self.start
            )

    def _start_later(self) -> None:
        if not self._is_held and not self._is_closing and not self._session.is_training:
            self._timer.start()

    def _start_next(self) -> None:
        entry = self._queue.next_waiting()
        if entry is None or self._is_held or self._session.is_training:
            return
        self._current = entry.id
        self._queue.start(entry.id, entry.resume)
        self._save()
        self.start_wanted.emit(entry)

    def _on_run_started(self, run: str) -> None:
        """Record the run, so that it can be resumed if the program is killed."""
        if not self._is_open:
            return
        if not self._current:  # an entry that was stopped is resumed by hand
            found = [e for e in self._queue.entries if e.run == run and not e.is_running]
            self._current = found[0].id if found else ""
        if self._current:
            self._queue.start(self._current, run)
            self._save()

    def _on_idle(self) -> None:
        self._finish_current()
        state, waiting = self._session.state, self.waiting_count
        if state is TrainingState.STOPPED:
            self.hold()
            if waiting and not self._is_closing:
                self.offered.emit(f"Stopped. {waiting_text(waiting)}.", "Go on", self.start)
        elif not waiting:
            self.hold()
        self._start_later()

    def _finish_current(self) -> None:
        entry_id, self._current = self._current, ""
        if not entry_id:
            return
        session = self._session
        state = _ENDS.get(session.state, EntryState.STOPPED)
        if state is EntryState.STOPPED and self._is_closing:
            entry = self._queue.find(entry_id)
            has_checkpoint = session.has_checkpoint
            self._queue.interrupt(entry_id, session.run_id if has_checkpoint else entry.resume)
        else:
            self._queue.end(entry_id, state, _reason(session), session.run_id)
        self._save()


def waiting_text(number: int) -> str:
    """Return "1 training waits" or "3 trainings wait"."""
    return f"{count(number, 'training')} {'waits' if number == 1 else 'wait'}"


class QueueSaver(QObject):
    """Writes the newest queue in a thread, one version after the other."""

    failed = Signal(object, str)

    def __init__(self, context: StudioContext, file: QueueFile, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._file = context, file
        self._number = 0
        self._next: tuple[QueueEntry, ...] | None = None  # to write after the present version
        self._is_writing = self._has_failed = False

    def save(self, entries: tuple[QueueEntry, ...]) -> None:
        """Write these entries soon."""
        if self._is_writing:
            self._next = entries
            return
        self._is_writing = True
        self._number += 1
        task = self._context.tasks.start(partial(_write, self._file, entries, self._number))
        task.succeeded.connect(self._on_written)
        task.failed.connect(self._on_failed)

    def close(self, entries: tuple[QueueEntry, ...]) -> None:
        """Write what is not written yet, at once."""
        if self._is_writing:
            self._number += 1
            self._next = None
            try:
                self._file.write(entries, self._number)
            except QueueError as error:
                self.failed.emit(error, "")

    def _on_written(self, _result: object) -> None:
        self._has_failed = False
        self._write_next()

    def _on_failed(self, error: object, traceback_text: str) -> None:
        if not self._has_failed:  # it is said once
            self._has_failed = True
            self.failed.emit(error, traceback_text)
        self._write_next()

    def _write_next(self) -> None:
        self._is_writing = False
        entries, self._next = self._next, None
        if entries is not None:
            self.save(entries)


def _open(file: QueueFile, _on_progress: OnProgress, _should_stop: ShouldStop) -> object:
    """Return the queue that was saved; None where none was, without creating anything."""
    return file.open() if file.exists else None


def _write(
    file: QueueFile,
    entries: Sequence[QueueEntry],
    number: int,
    _on_progress: OnProgress,
    _should_stop: ShouldStop,
) -> None:
    file.write(entries, number)


def _reason(session: TrainingSession) -> str:
    """Return why a training failed or diverged, as one line."""
    if session.state is TrainingState.AT_CHANCE:
        return session.progress.chance_level
    if session.error is None:
        return ""
    error = session.error[0]
    if isinstance(error, StudioError):
        return error.message
    return f"{type(error).__name__}: {error}".partition("\n")[0]
