"""File dialogs of the dataset: a folder, an archive or a list to read, a list to write."""

from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

_ARCHIVES = "*.zip *.tar *.tar.gz *.tgz *.tar.bz2 *.tbz2 *.tar.xz *.txz"
_FILES = f"Archives and lists of labels ({_ARCHIVES} *.csv);;All files (*)"


class DatasetDialogs(QObject):
    """Opens the dialogs without waiting; `dataset_chosen` and `export_chosen` carry the path."""

    dataset_chosen = Signal(str)
    export_chosen = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._folder = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.PicturesLocation
        )

    def choose_folder(self) -> None:
        """Ask for a folder with a folder of images for each class."""
        dialog = self._dialog("Choose a folder of images", QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self._on_dataset_chosen)
        dialog.open()

    def choose_file(self) -> None:
        """Ask for an archive or a list of labels."""
        title = "Choose an archive or a list of labels"
        dialog = self._dialog(title, QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(_FILES)
        dialog.fileSelected.connect(self._on_dataset_chosen)
        dialog.open()

    def choose_export(self, name: str) -> None:
        """Ask for the file to export the labels to; `name` is proposed."""
        dialog = self._dialog("Export the labels", QFileDialog.FileMode.AnyFile)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("Lists (*.csv)")
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(name)
        dialog.fileSelected.connect(self.export_chosen)
        dialog.open()

    def _dialog(self, title: str, mode: QFileDialog.FileMode) -> QFileDialog:
        dialog = QFileDialog(self._window, title, self._folder)
        dialog.setFileMode(mode)
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    def _on_dataset_chosen(self, path: str) -> None:
        self._folder = str(Path(path).parent)
        self.dataset_chosen.emit(path)
