"""Lets trainings wait their turn: starts the next one when a training has ended."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from studio.errors import StudioError
from studio.formatting import count
from studio.recipes import Recipe
from studio.runs.training_queue import EntryState, QueueEntry, TrainingQueue
from studio.ui.context import StudioContext
from studio.ui.train.live.training_session import TrainingSession
from studio.ui.train.live.training_state import TrainingState
from studio.ui.train.live_panel import CURVES, QUEUE, LivePanel
from studio.ui.train.queue.queue_forecasts import QueueForecasts
from studio.ui.train.queue.queue_text import waiting_text
from studio.ui.train.queue.saved_queue import SavedQueue

_ENDS = {
    TrainingState.FINISHED: EntryState.FINISHED,
    TrainingState.AT_CHANCE: EntryState.FINISHED,
    TrainingState.STOPPED: EntryState.STOPPED,
    TrainingState.FAILED: EntryState.FAILED,
    TrainingState.DIVERGED: EntryState.DIVERGED,
}
_HAS_MORE_STEPS = (EntryState.FAILED, EntryState.DIVERGED, EntryState.STOPPED)


class QueueController(QObject):
    """Drives the queue while it is not held, and connects it with its view.

    A queue is held until it is started, and after a training that was stopped. `changed` follows
    each change. `start_wanted` carries the QueueEntry to train now, `message` a text and its tone,
    `offered` a text, an action and what that does, and `run_wanted` the run to show.
    """

    changed = Signal()
    start_wanted = Signal(object)
    message = Signal(str, str)
    offered = Signal(str, str, object)
    failed = Signal(object, str)
    run_wanted = Signal(str)

    def __init__(
        self,
        context: StudioContext,
        session: TrainingSession,
        live: LivePanel,
        recipes: Callable[[], Mapping[str, Recipe]],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._live, self._view = session, live, live.queue
        self._saved = SavedQueue(context, self)
        self._forecasts = QueueForecasts(context, self)
        self._to_add: list[QueueEntry] = []  # while the file is read
        self._is_held, self._is_closing = True, False
        self._current = ""  # the id of the entry that is trained
        # A training starts in the next iteration of the event loop: every slot of the end of the
        # one before has run by then.
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._start_next)
        self._view.set_recipes(recipes)
        self._connect()

    # What is in the queue

    @property
    def entries(self) -> tuple[QueueEntry, ...]:
        """All entries, in their order."""
        return self._saved.queue.entries

    @property
    def waiting_count(self) -> int:
        """The number of trainings that wait."""
        return self._saved.queue.waiting_count

    @property
    def is_held(self) -> bool:
        """Whether no further training starts by itself."""
        return self._is_held

    @property
    def read_only(self) -> str:
        """Why the queue cannot be changed in this window; empty if it can."""
        return self._saved.read_only

    @property
    def current_title(self) -> str:
        """The title of the entry that is trained; empty if none is."""
        return self._saved.queue.find(self._current).title if self._current else ""

    # Drive it

    def load(self) -> None:
        """Read the queue of an earlier session in a thread; it is held."""
        self._saved.load()

    def add_all(self, entries: Sequence[QueueEntry]) -> None:
        """Let trainings wait at the end of the queue; the user is told, also if it cannot be."""
        if self._saved.is_loading:
            self._to_add += entries
            return
        had_waiting = self.waiting_count > 0
        if not entries or not self._saved.change(lambda queue: queue.add_all(entries)):
            return
        if self._session.is_training and not had_waiting:
            self._set_held(False)
        self._offer_added(len(entries))

    def start(self) -> None:
        """Train what waits: the first one now, or when the present training has ended."""
        if self.waiting_count and self._saved.open():
            self._set_held(False)
            self._start_later()

    def hold(self) -> None:
        """Start no further training; the present one goes on."""
        self._timer.stop()
        self._set_held(True)

    def begin_closing(self) -> None:
        """Let the training that is stopped now be resumed in its turn, after the next start."""
        self._is_closing = True
        self.hold()

    def close(self) -> None:
        """Save the queue and let another window drive it."""
        self._is_closing = True
        self._timer.stop()
        self._forecasts.close()
        if not self._session.is_training:
            self._finish_current()
        self._saved.close()

    # Change it

    def remove(self, ids: Sequence[str]) -> None:
        """Remove trainings that do not run; the message has an undo."""
        wanted = set(ids)
        removed = [(i, e) for i, e in enumerate(self.entries) if e.id in wanted]
        if not removed or not self._saved.change(lambda queue: _remove(queue, ids)):
            return
        title = removed[0][1].title
        what = f"“{title}” was" if len(removed) == 1 else f"{len(removed)} trainings were"
        self._offer_undo(f"{what} removed from the queue.", removed)

    def clear_ended(self) -> None:
        """Remove the trainings that have ended from the list; the message has an undo."""
        ended = [(i, e) for i, e in enumerate(self.entries) if e.has_ended]
        if ended and self._saved.change(TrainingQueue.clear_ended):
            verb = "was" if len(ended) == 1 else "were"
            text = f"{count(len(ended), 'training')} {verb} removed from the list."
            self._offer_undo(f"{text} Runs are kept.", ended)

    def move(self, entry_id: str, place: int) -> None:
        """Move a training to a place in the list, from 0."""
        self._saved.change(lambda queue: queue.move(entry_id, place))

    def add_again(self, entry_id: str) -> None:
        """Let a training that has ended wait again; one that ended early is resumed."""
        self._saved.change(lambda queue: _add_again(queue, entry_id))
        self._view.select(entry_id)

    def _offer_undo(self, text: str, removed: Sequence[tuple[int, QueueEntry]]) -> None:
        def put_back() -> None:
            self._saved.change(lambda queue: _put_back(queue, removed))

        self.offered.emit(text, "Undo", put_back)

    # Inside

    def _connect(self) -> None:
        saved, view, session = self._saved, self._view, self._session
        saved.changed.connect(self._show)
        saved.loaded.connect(self._on_loaded)
        saved.message.connect(self.message)
        saved.failed.connect(self.failed)
        self._forecasts.changed.connect(self._show_forecasts)
        view.start_wanted.connect(self.start)
        view.hold_wanted.connect(self.hold)
        view.move_wanted.connect(self.move)
        view.remove_wanted.connect(self.remove)
        view.again_wanted.connect(self.add_again)
        view.clear_wanted.connect(self.clear_ended)
        view.opened.connect(self._on_opened)
        view.retry_wanted.connect(self._saved.retry)
        session.run_created.connect(self._on_run_created)
        session.idle.connect(self._on_idle)

    def _show(self) -> None:
        self._view.show_queue(self.entries, self._is_held, self.read_only)
        self._live.show_waiting(self.waiting_count)
        self._forecasts.update(self.entries)
        self.changed.emit()

    def _show_forecasts(self) -> None:
        self._view.show_seconds(self._forecasts.seconds)

    def _set_held(self, is_held: bool) -> None:
        if is_held is not self._is_held:
            self._is_held = is_held
            self._show()

    def _on_loaded(self) -> None:
        to_add, self._to_add = self._to_add, []
        first = self._saved.queue.next_waiting()
        if first is not None and self._saved.is_open:
            resumed = " The first one is resumed." if first.resume else ""
            text = f"{waiting_text(self.waiting_count)} in the queue.{resumed}"
            self.offered.emit(text, "Start queue", self.start)
        self.add_all(to_add)

    def _offer_added(self, number: int) -> None:
        text = "Added to the queue." if number == 1 else f"{number} trainings added to the queue."
        if self._session.is_training and not self._is_held:
            starts = "It starts" if number == 1 else "They start"
            text = f"{text} {starts} when the trainings before have ended."
            self.offered.emit(text, "Show queue", self._show_view)
        else:
            text = f"{text} {waiting_text(self.waiting_count)}."
            self.offered.emit(text, "Start queue", self.start)

    def _show_view(self) -> None:
        self._live.show_view(QUEUE)

    def _on_opened(self, entry_id: str) -> None:
        """Show the curves of the training that runs, or the run of another one."""
        entry = self._saved.queue.find(entry_id)
        if entry.is_running:
            self._live.show_view(CURVES)
        elif entry.run:
            self.run_wanted.emit(entry.run)

    def _start_later(self) -> None:
        if not self._is_held and not self._is_closing and not self._session.is_training:
            self._timer.start()

    def _start_next(self) -> None:
        entry = self._saved.queue.next_waiting()
        if entry is None or self._is_held or self._session.is_training:
            return
        if self._saved.change(lambda queue: queue.start(entry.id, entry.resume)):
            self._current = entry.id
            self.start_wanted.emit(entry)

    def _on_run_created(self, run: str) -> None:
        """Record the run, so that it can be resumed if the program is killed."""
        if not self._saved.is_open:
            return
        if not self._current:  # an entry that ended early is resumed by hand
            found = [e.id for e in self.entries if run in (e.run, e.resume) and not e.is_running]
            self._current = found[0] if found else ""
        if self._current:
            self._saved.change(lambda queue: queue.start(self._current, run))

    def _on_idle(self) -> None:
        self._forecasts.forget()  # they use what this training took
        self._finish_current()
        waiting, ended = self.waiting_count, self._session.progress.ended
        is_stopped = self._session.state is TrainingState.STOPPED
        if is_stopped or not waiting:
            self.hold()
        if is_stopped and waiting and not self._is_closing and not (ended and ended.unsaved):
            self.offered.emit(f"Stopped. {waiting_text(waiting)}.", "Go on", self.start)
        self._start_later()

    def _finish_current(self) -> None:
        entry_id, self._current = self._current, ""
        session = self._session
        state = _ENDS.get(session.state, EntryState.STOPPED)
        if not entry_id:
            return
        if state is EntryState.STOPPED and self._is_closing:
            run = session.run_id or self._saved.queue.find(entry_id).resume
            self._saved.change(lambda queue: queue.interrupt(entry_id, run))
        else:
            reason, run = _reason(session), session.run_id
            self._saved.change(lambda queue: queue.end(entry_id, state, reason, run))


def _remove(queue: TrainingQueue, ids: Sequence[str]) -> None:
    for entry_id in ids:
        queue.remove(entry_id)


def _put_back(queue: TrainingQueue, removed: Sequence[tuple[int, QueueEntry]]) -> None:
    for place, entry in removed:
        queue.add(entry, place)


def _add_again(queue: TrainingQueue, entry_id: str) -> None:
    entry = queue.find(entry_id)
    queue.add_again(entry_id, entry.run if entry.state in _HAS_MORE_STEPS else "")


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
