"""Searches for label issues in the background."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.callbacks import OnProgress, ShouldStop
from studio.paths import BUNDLED
from studio.runtime import lower_thread_priority
from studio.ui.context import StudioContext
from studio.ui.tasks import Task, wait_for_trainings

if TYPE_CHECKING:
    from studio.data import Split
    from studio.insight.label_issues.gallery import IssueGallery


class IssueSearch(QObject):
    """Runs one search at a time; each ends in `loaded`, `failed` or `cancelled`.

    `loaded` carries an `IssueGallery`, or None if only the cache was read and has none, and the
    expected time of a search in seconds, or None. A search that is replaced emits nothing.
    """

    progressed = Signal(float, str)
    loaded = Signal(object, object)
    failed = Signal(object, str)
    cancelled = Signal()

    def __init__(self, context: StudioContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._task: Task | None = None

    def start(self, run: str, split: "Split", only_cached: bool) -> None:
        """Search in place of what runs; `only_cached` reads the result of an earlier search."""
        self.stop()
        source = BUNDLED if run == BUNDLED else self._context.store.run(run).path
        work = partial(_search, source, split, self._context.data_dir, only_cached)
        self._task = self._context.tasks.start(work)
        self._task.progressed.connect(self._on_progressed)
        self._task.succeeded.connect(self._on_succeeded)
        self._task.stopped.connect(self._on_stopped)
        self._task.failed.connect(self._on_failed)

    def cancel(self) -> None:
        """Ask the search to stop; `cancelled` follows, unless it just ended."""
        if self._task is not None:
            self._task.request_stop()

    def stop(self) -> None:
        """Stop the search and emit nothing about it any more."""
        self.cancel()
        self._task = None

    def _on_progressed(self, fraction: float, text: str) -> None:
        if self.sender() is self._task:
            self.progressed.emit(fraction, text)

    def _on_succeeded(self, result: "tuple[IssueGallery | None, float | None]") -> None:
        if self.sender() is self._task:
            self._task = None
            self.loaded.emit(*result)

    def _on_stopped(self) -> None:
        if self.sender() is self._task:
            self._task = None
            self.cancelled.emit()

    def _on_failed(self, error: object, traceback_text: str) -> None:
        if self.sender() is self._task:
            self._task = None
            self.failed.emit(error, traceback_text)


def _search(
    source: str | Path,
    split: "Split",
    data_dir: Path,
    only_cached: bool,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> "tuple[IssueGallery | None, float | None]":
    from studio.insight.label_issues.gallery import load_gallery
    from studio.runs import Run

    lower_thread_priority()  # as a training: the window stays responsive beside it
    waiting = wait_for_trainings(should_stop)
    gallery = load_gallery(source, split, data_dir, only_cached, on_progress, waiting)
    status = None if source == BUNDLED else Run(Path(source)).status
    return gallery, status.seconds if status and status.seconds else None
