"""Lets a person choose another folder of runs; it is looked at in the background."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.runs.run_folders import check_run_folder
from studio.ui.context import StudioContext


class FolderOpener(QObject):
    """`opened` brings a Path that holds runs, or may soon; `failed` what is wrong with it."""

    opened = Signal(object)
    failed = Signal(object, str)

    def __init__(self, context: StudioContext, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window
        self._beside = str(context.runs_dir)

    def ask(self) -> None:
        """Open the dialog and return at once."""
        dialog = QFileDialog(self._window, "Open a run or a folder of runs", self._beside)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.finished.connect(dialog.deleteLater)
        dialog.fileSelected.connect(self.open)
        dialog.open()

    def open(self, folder: str) -> None:
        """Look at a folder; `opened` or `failed` follows."""
        self._beside = str(Path(folder).parent)
        task = self._context.tasks.start(partial(_check, Path(folder)))
        task.succeeded.connect(self.opened)
        task.failed.connect(self.failed)


def _check(folder: Path, _on_progress: OnProgress, _should_stop: ShouldStop) -> Path:
    return check_run_folder(folder)
