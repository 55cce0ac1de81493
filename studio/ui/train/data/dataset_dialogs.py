"""Asks which folder, archive or list to read, and where to write a list."""

from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

_ARCHIVES = "*.zip *.tar *.tar.gz *.tgz *.tar.bz2 *.tbz2 *.tar.xz *.txz"
_FILES = f"Archives and lists of labels ({_ARCHIVES} *.csv);;All files (*)"


class DatasetDialogs(QObject):
    """Its dialogs return at once; `chosen` and `target` tell what was picked."""

    chosen = Signal(str)
    target = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._place = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.PicturesLocation
        )

    def ask_for_folder(self) -> None:
        """Which folder of class folders."""
        dialog = self._dialog("Choose a folder of pictures", QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self._on_chosen)
        dialog.open()

    def ask_for_file(self) -> None:
        """Which archive or list."""
        title = "Choose an archive or a list of labels"
        dialog = self._dialog(title, QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(_FILES)
        dialog.fileSelected.connect(self._on_chosen)
        dialog.open()

    def ask_for_target(self, name: str) -> None:
        """Where to write a list, `name` being proposed."""
        dialog = self._dialog("Export the list of pictures", QFileDialog.FileMode.AnyFile)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("Lists (*.csv)")
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(name)
        dialog.fileSelected.connect(self.target)
        dialog.open()

    def _dialog(self, title: str, mode: QFileDialog.FileMode) -> QFileDialog:
        dialog = QFileDialog(self._window, title, self._place)
        dialog.setFileMode(mode)
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    def _on_chosen(self, path: str) -> None:
        self._place = str(Path(path).parent)
        self.chosen.emit(path)
