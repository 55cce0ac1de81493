"""Opens a run or a folder of runs, which is checked in the background."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.runs.run_folders import check_run_folder
from studio.ui.context import StudioContext


class FolderOpener(QObject):
    """`opened` carries the Path of a folder that contains runs, or may do so later."""

    opened = Signal(object)
    failed = Signal(object, str)

    def __init__(self, context: StudioContext, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window
        self._start_dir = str(context.runs_dir)

    def open_dialog(self) -> None:
        """Open a file dialog and return at once."""
        dialog = QFileDialog(self._window, "Open a run or a folder of runs", self._start_dir)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.finished.connect(dialog.deleteLater)
        dialog.fileSelected.connect(self.open)
        dialog.open()

    def open(self, folder: str) -> None:
        """Check a folder; `opened` or `failed` follows."""
        self._start_dir = str(Path(folder).parent)
        task = self._context.tasks.start(partial(_check, Path(folder)))
        task.succeeded.connect(self.opened)
        task.failed.connect(self.failed)


def _check(folder: Path, _on_progress: OnProgress, _should_stop: ShouldStop) -> Path:
    return check_run_folder(folder)
