"""The queue of trainings in this window, kept in its file by threads."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from studio.callbacks import OnProgress, ShouldStop
from studio.errors import QueueError
from studio.runs.queue_file import QueueFile, StoredQueue
from studio.runs.training_queue import QueueEntry, TrainingQueue
from studio.ui.context import StudioContext


class SavedQueue(QObject):
    """Reads the queue once, and saves it after each change.

    `changed` follows each change, `loaded` when the queue of an earlier session was read.
    `message` carries a text and its tone, `failed` an error.
    """

    changed = Signal()
    loaded = Signal()
    message = Signal(str, str)
    failed = Signal(object, str)

    def __init__(self, context: StudioContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._file = QueueFile(context.runs_dir)
        self._queue = TrainingQueue()
        self._saver = QueueSaver(context, self._file, self)
        self._saver.failed.connect(self.failed)
        self._is_open = self._is_closed = False
        self.is_loading = False
        self.read_only = ""  # why the queue cannot be changed in this window; empty if it can

    @property
    def queue(self) -> TrainingQueue:
        """The queue to read; changes go through `change`."""
        return self._queue

    @property
    def is_open(self) -> bool:
        """Whether this window drives the queue."""
        return self._is_open

    def load(self) -> None:
        """Read the queue of an earlier session in a thread; does nothing if this was done."""
        if self.is_loading or self._is_open or self._is_closed:
            return
        self.is_loading = True
        task = self._context.tasks.start(partial(_open, self._file))
        task.succeeded.connect(self._on_loaded)
        task.failed.connect(self._on_failed)

    def open(self) -> bool:
        """Acquire the queue before its first change; says why it cannot be changed."""
        if not self._is_open and not self.is_loading and not self._is_closed:
            self._show(self._file.open())
            if self.read_only:
                self.message.emit(self.read_only, "warn")
        return self._is_open

    def retry(self) -> None:
        """Try again to drive the queue; `loaded` follows if another window did before."""
        if self.open():
            self.loaded.emit()

    def change(self, change: Callable[[TrainingQueue], object]) -> bool:
        """Call `change` with the queue and save it; returns whether it was possible."""
        if not self.open():
            return False
        try:
            change(self._queue)
        except QueueError as error:
            self.failed.emit(error, "")
            return False
        self._saver.save(self._queue.entries)
        self.changed.emit()
        return True

    def close(self) -> None:
        """Write what is not written yet, and let another window drive the queue."""
        if self._is_open:
            self._saver.close(self._queue.entries)
        self._is_open, self._is_closed = False, True
        self._file.release()

    def _on_loaded(self, stored: StoredQueue | None) -> None:
        self.is_loading = False
        if self._is_closed:
            self._file.release()
            return
        if stored is not None:
            self._show(stored)
        self.loaded.emit()

    def _on_failed(self, error: object, traceback_text: str) -> None:
        self.is_loading = False
        self.failed.emit(error, traceback_text)

    def _show(self, stored: StoredQueue) -> None:
        self._queue = TrainingQueue(stored.entries)
        self.read_only, self._is_open = stored.read_only, not stored.read_only
        if stored.damage:
            self.message.emit(stored.damage, "warn")
            self._saver.save(self._queue.entries)
        self.changed.emit()


class QueueSaver(QObject):
    """Writes the newest entries in a thread, one version after the other."""

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
        """Write these entries at once, unless that is done; no thread writes older ones then."""
        if not self._is_writing:
            return
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


def _open(file: QueueFile, _on_progress: OnProgress, _should_stop: ShouldStop) -> Any:
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
