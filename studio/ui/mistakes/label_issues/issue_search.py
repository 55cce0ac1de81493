"""Searches for label issues in the background."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.callbacks import OnProgress, ShouldStop
from studio.paths import BUNDLED
from studio.runtime import lower_thread_priority
from studio.ui.context import StudioContext
from studio.ui.tasks import NewestTask, wait_for_trainings

if TYPE_CHECKING:
    from studio.data import Split
    from studio.insight.label_issues.gallery import IssueGallery


class IssueSearch(NewestTask):
    """Runs one search at a time; each ends in `loaded`, `failed` or `cancelled`.

    `loaded` carries an `IssueGallery`, or None if only the cache was read and has none, and the
    expected time of a search in seconds, or None. A search that is replaced emits nothing.
    """

    loaded = Signal(object, object)

    def __init__(self, context: StudioContext, parent: QObject | None = None) -> None:
        super().__init__(context.tasks, parent)
        self._context = context

    def search(self, run: str, split: "Split", only_cached: bool) -> None:
        """Search in place of what runs; `only_cached` reads the result of an earlier search."""
        source = BUNDLED if run == BUNDLED else self._context.store.run(run).path
        work = partial(_search, source, split, self._context.data_dir, only_cached)
        self.start(work, self._emit_loaded)

    def _emit_loaded(self, result: "tuple[IssueGallery | None, float | None]") -> None:
        self.loaded.emit(*result)


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
