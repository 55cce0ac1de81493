"""Writes the report of the run shown to an HTML page, in the background."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.paths import BUNDLED
from studio.ui.context import StudioContext
from studio.ui.tasks import Task, spare_threads

if TYPE_CHECKING:
    from studio.data import Split


class ReportExporter(QObject):
    """Asks for a file and writes a report to it; one at a time.

    Each report ends in `written`, which carries its path, in `failed` or in `cancelled`, unless
    another one replaces it. `started` says that writing has begun.
    """

    started = Signal()
    written = Signal(object)
    failed = Signal(object, str)
    cancelled = Signal()

    def __init__(self, context: StudioContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._page = parent
        self._context = context
        self._request: tuple[str, Split] = ("", "test")
        self._task: Task | None = None

    def open_dialog(self, run: str, split: "Split") -> None:
        """Open a file dialog for the report of a run id or "bundled", and return at once."""
        self._request = (run, split)
        dialog = QFileDialog(self._page, "Write a report", "report.html", "HTML page (*.html)")
        dialog.setObjectName("report_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("html")
        dialog.fileSelected.connect(self._write)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def cancel(self) -> None:
        """Stop writing; the file stays as it was."""
        if self._task is not None:
            self._task.request_stop()

    def _write(self, path: str) -> None:
        self.cancel()
        work = partial(_write_report, self._context, *self._request, Path(path))
        self._task = self._context.tasks.start(work)
        self._task.succeeded.connect(self._on_written)
        self._task.stopped.connect(self._on_stopped)
        self._task.failed.connect(self._on_failed)
        self.started.emit()

    # Nothing is said about a report that another one has replaced.

    def _on_written(self, path: Path) -> None:
        if self.sender() is self._task:
            self.written.emit(path)

    def _on_stopped(self) -> None:
        if self.sender() is self._task:
            self.cancelled.emit()

    def _on_failed(self, error: object, traceback_text: str) -> None:
        if self.sender() is self._task:
            self.failed.emit(error, traceback_text)


def _write_report(
    context: StudioContext,
    run: str,
    split: "Split",
    path: Path,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> Path:
    from studio.export.report.writer import write_report

    source = BUNDLED if run == BUNDLED else context.store.open(run).path
    with spare_threads(should_stop) as should_stop_and_adapt:
        write_report(
            source, path, split, context.data_dir, None, on_progress, should_stop_and_adapt
        )
    return path
