"""Watches the newest weights of a run in training, in this window or in another process."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.runs.stored_epochs import ModelKey
from studio.ui.context import StudioContext
from studio.ui.tasks import NewestTask

if TYPE_CHECKING:
    from studio.training.snapshots import Snapshot

POLL_MS = 250  # a training of this window gives a snapshot at most once per second
FILE_POLL_MS = 2_000  # another process saves a checkpoint at most every few seconds

Stamp = tuple[int, int] | None  # modification time and size of a file


class NewestWeights(QObject):
    """Emits `changed` when the weights of the key followed are newer than those loaded last.

    While `viewer` is hidden, a training is not asked for anything.
    """

    changed = Signal()

    def __init__(self, context: StudioContext, viewer: QWidget | None, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._viewer = context, viewer
        self._key = ModelKey("")
        self.snapshot: Snapshot | None = None  # of a training of this window
        self._stamp: Stamp = None  # of the file, once it was looked at
        self._has_looked = False
        self._reading = NewestTask(context.tasks, self)
        # A folder that cannot be read now may be readable later.
        self._reading.failed.connect(self._on_unreadable)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._poll)

    @property
    def is_waiting(self) -> bool:
        """Whether the training of this window has given no weights of the run followed yet."""
        return self._is_trained_here and self.snapshot is None

    def follow(self, key: str) -> None:
        """Watch the weights of a model key; nothing is watched for one that does not change."""
        self.stop()
        self._key = ModelKey.parse(key)
        if not self._key.is_newest:
            return
        if self._is_trained_here:
            self.snapshot = self._context.live_training.snapshot
            self._context.live_training.request_snapshot()
            self._timer.start(POLL_MS)
        else:
            self._look_at_file()
            self._timer.start(FILE_POLL_MS)

    def stop(self) -> None:
        """Watch nothing."""
        self._timer.stop()
        self._reading.stop()
        self._key, self.snapshot, self._has_looked = ModelKey(""), None, False

    @property
    def _is_trained_here(self) -> bool:
        run = self._context.live_training.run
        return self._key.is_newest and bool(run) and self._key.run == run

    def _poll(self) -> None:
        if self._viewer is not None and not self._viewer.isVisible():
            return
        if not self._is_trained_here:
            self._look_at_file()
            return
        newest = self._context.live_training.snapshot
        if newest is not None and newest is not self.snapshot:
            self.snapshot = newest
            self.changed.emit()
        self._context.live_training.request_snapshot()

    def _look_at_file(self) -> None:
        path = self._context.store.run(self._key.run).last_weights
        if not self._reading.is_running:
            self._reading.start(partial(_read_stamp, path), self._on_stamp)

    def _on_stamp(self, stamp: Stamp) -> None:
        is_newer = self._has_looked and stamp is not None and stamp != self._stamp
        self._stamp, self._has_looked = stamp, True
        if is_newer:
            self.changed.emit()

    def _on_unreadable(self, _error: object, _traceback_text: str) -> None: ...


def _read_stamp(path: Path, _on_progress: OnProgress, _should_stop: ShouldStop) -> Stamp:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size
