"""Saves overlays in the background, at once and in order."""

import contextlib
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.data.overlay.history import OverlayDocument
from studio.data.overlay.overlay_file import write_document
from studio.errors import OverlayError
from studio.ui.tasks import LatestWorker

Documents = Mapping[Path, OverlayDocument]


class OverlaySaver(QObject):
    """Writes the newest document of each file; a document holds the whole history.

    `saved` says that everything submitted so far is on disk, `failed` carries an error and its
    traceback; what was not saved is kept for `retry`.
    """

    saved = Signal()
    failed = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._unsaved: dict[Path, OverlayDocument] = {}
        self._worker = LatestWorker(_write_all, self)
        self._worker.completed.connect(self._on_written)
        self._worker.failed.connect(self.failed)

    @property
    def is_saved(self) -> bool:
        """Whether everything submitted is on disk."""
        return not self._unsaved

    def save(self, path: Path, document: OverlayDocument) -> None:
        """Write a document, after those that are being written."""
        self._unsaved[path] = document
        self.retry()

    def retry(self) -> None:
        """Write again what could not be written."""
        self._worker.submit(dict(self._unsaved))

    def close(self) -> None:
        """End the thread; write what has not been written yet before."""
        self._worker.close()
        with contextlib.suppress(OverlayError):  # it failed before, and the user knows
            _write_all(self._unsaved)
        self._unsaved = {}

    def _on_written(self, written: Documents, _result: object) -> None:
        for path, document in written.items():
            if self._unsaved.get(path) is document:
                del self._unsaved[path]
        if self.is_saved:
            self.saved.emit()


def _write_all(documents: Documents) -> None:
    for path, document in documents.items():
        write_document(path, document)
