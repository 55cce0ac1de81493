"""Saves the samples shown as a table or as a web page, in the background."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.ui.mistakes.selection import plural
from studio.ui.tasks import Progress, ShouldStop, TaskHost

if TYPE_CHECKING:
    from studio.insight import Evaluation
    from studio.ui.mistakes.selection import Positions

FORMS = "Table (*.csv);;Web page with the pictures (*.html)"


class Exporter(QObject):
    """Asks for a file name and writes there. Ends in written or failed."""

    written = Signal(object)
    failed = Signal(object, str)

    def __init__(self, tasks: TaskHost, parent: QWidget) -> None:
        super().__init__(parent)
        self._page = parent
        self._tasks = tasks
        self._list: tuple[Evaluation, Positions] | None = None
        self._dialog: QFileDialog | None = None

    def ask(self, evaluation: "Evaluation", positions: "Positions") -> None:
        """Open a file dialog for these samples, in this order; returns at once."""
        self._list = (evaluation, positions)
        dialog = QFileDialog(self._page, "Export the samples shown", "mistakes.csv", FORMS)
        dialog.setObjectName("export_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.filterSelected.connect(self._follow_form)
        dialog.fileSelected.connect(self._write)
        dialog.finished.connect(dialog.deleteLater)
        self._dialog = dialog
        dialog.open()

    def _follow_form(self, form: str) -> None:
        if self._dialog is not None:
            self._dialog.setDefaultSuffix("html" if "html" in form else "csv")

    def _write(self, path: str) -> None:
        if self._list is not None:
            task = self._tasks.start(partial(_write_list, *self._list, Path(path)))
            task.succeeded.connect(self.written)
            task.failed.connect(self.failed)


def _write_list(
    evaluation: "Evaluation",
    positions: "Positions",
    path: Path,
    progress: Progress,
    should_stop: ShouldStop,
) -> str:
    from studio.insight import write_mistakes

    write_mistakes(evaluation, path, positions, progress, should_stop)
    return f"{plural(len(positions), 'sample')} written to {path}"
