"""The stored drawings in memory; changes are written in a thread, in their order."""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from studio.data.handwriting.history import HandwritingHistory
from studio.data.handwriting.sample import DamagedSample, HandwritingSample, StrokeRecord
from studio.data.handwriting.store import HandwritingStore
from studio.errors import DatasetError, StudioError
from studio.ui.tasks import LatestWorker

Images = Mapping[str, NDArray[np.uint8]]
_WRITE = "write"  # the only request: all waiting changes are made for it


@dataclass(frozen=True)
class Drawings:
    """All samples and their images [280, 280] by id, and what can be undone and redone."""

    samples: tuple[HandwritingSample, ...] = ()
    images: Images = field(default_factory=dict)
    damaged: tuple[DamagedSample, ...] = ()
    undo_text: str = ""
    redo_text: str = ""
    done_text: str = ""
    errors: tuple[StudioError, ...] = ()

    def pixels(self) -> NDArray[np.uint8]:
        """The images in the order of the samples, uint8 [N, 280, 280]."""
        if not self.samples:
            return np.zeros((0, 280, 280), np.uint8)
        return np.stack([self.images[sample.id] for sample in self.samples])


class DrawingsController(QObject):
    """Reads and changes the drawings of the user.

    `changed` follows when `drawings` was replaced; `reported` carries what an undo or redo did.
    """

    changed = Signal()
    reported = Signal(str)
    failed = Signal(object, str)

    def __init__(self, store: HandwritingStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.drawings = Drawings()
        self.is_loaded = False
        self._store = store
        self._history = HandwritingHistory(store)
        self._images: dict[str, NDArray[np.uint8]] = {}  # used by the thread only
        self._lock = threading.Lock()
        self._waiting: deque[Callable[[], str]] = deque()
        self._worker = LatestWorker(self._write_waiting, self)
        self._worker.completed.connect(self._on_written)
        self._worker.failed.connect(self.failed)

    def reload(self) -> None:
        """Read the drawings again."""
        self._do(str)

    def add(self, image: NDArray[np.uint8], label: str, strokes: tuple[StrokeRecord, ...]) -> None:
        """Store a drawing."""

        def add() -> str:
            self._history.record_added(self._store.add(image, label, strokes).id, label)
            return ""

        self._do(add)

    def relabel(self, sample_id: str, label: str) -> None:
        """Change the label of a drawing."""

        def relabel() -> str:
            self._history.relabel(sample_id, label)
            return ""

        self._do(relabel)

    def delete(self, sample_id: str, label: str) -> None:
        """Delete a drawing, which `undo` brings back."""

        def delete() -> str:
            self._history.delete(sample_id, label)
            return ""

        self._do(delete)

    def undo(self) -> None:
        """Undo the last change."""
        self._do(lambda: _done("Undone: ", self._history.undo()))

    def redo(self) -> None:
        """Do again what was undone last."""
        self._do(lambda: _done("Done again: ", self._history.redo()))

    def shutdown(self) -> None:
        """Write what still waits, and end the thread."""
        self._worker.close()
        self._write_waiting(_WRITE)

    def _do(self, change: Callable[[], str]) -> None:
        with self._lock:
            self._waiting.append(change)
        self._worker.submit(_WRITE)

    def _write_waiting(self, _request: Any) -> Drawings:
        """Make all waiting changes, and read the result. Runs in the thread."""
        errors, text = [], ""
        while (change := self._next()) is not None:
            try:
                text = change() or text
            except StudioError as error:
                errors.append(error)
        return self._read(text, errors)

    def _next(self) -> Callable[[], str] | None:
        with self._lock:
            return self._waiting.popleft() if self._waiting else None

    def _read(self, done_text: str, errors: list[StudioError]) -> Drawings:
        listing = self._store.list()
        images, samples, damaged = {}, [], list(listing.damaged)
        for sample in listing.samples:
            try:
                known = self._images.get(sample.id)
                images[sample.id] = self._store.image(sample.id) if known is None else known
                samples.append(sample)
            except DatasetError as error:
                damaged.append(DamagedSample(f"{sample.id}.png", error.message))
        self._images = images
        undo, redo = self._history.undo_text, self._history.redo_text
        return Drawings(
            tuple(samples), images, tuple(damaged), undo, redo, done_text, tuple(errors)
        )

    def _on_written(self, _request: object, drawings: Drawings) -> None:
        self.drawings = drawings
        self.is_loaded = True
        self.changed.emit()
        if drawings.done_text:
            self.reported.emit(drawings.done_text)
        for error in drawings.errors:
            self.failed.emit(error, "")


def _done(prefix: str, text: str) -> str:
    return f"{prefix}{text}." if text else ""
