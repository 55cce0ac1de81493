"""Writes the report of the run shown to an HTML page, in the background."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.ui.context import StudioContext
from studio.ui.shared.save_dialog import open_save_dialog
from studio.ui.tasks import NewestTask, spare_threads

if TYPE_CHECKING:
    from studio.data import Split


class ReportExporter(NewestTask):
    """Asks for a file and writes a report to it; one at a time.

    Each report ends in `written`, which carries its path, in `failed` or in `cancelled`, unless
    another one replaces it. `started` says that writing has begun.
    """

    started = Signal()
    written = Signal(object)

    def __init__(self, context: StudioContext, parent: QWidget) -> None:
        super().__init__(context.tasks, parent)
        self._page = parent
        self._context = context
        self._request: tuple[str, Split] = ("", "test")

    def open_dialog(self, run: str, split: "Split") -> None:
        """Open a file dialog for the report of a run id or "bundled", and return at once."""
        self._request = (run, split)
        title, filters = "Write a report", "HTML page (*.html)"
        open_save_dialog(self._page, "report_dialog", title, "report.html", filters, self._write)

    def _write(self, path: str) -> None:
        work = partial(_write_report, self._context, *self._request, Path(path))
        self.start(work, self.written.emit)
        self.started.emit()


def _write_report(
    context: StudioContext,
    run: str,
    split: "Split",
    path: Path,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> Path:
    from studio.export.report.writer import write_report

    source = context.store.model_source(run)
    with spare_threads(should_stop) as should_stop_and_adapt:
        write_report(
            source, path, split, context.data_dir, None, on_progress, should_stop_and_adapt
        )
    return path
