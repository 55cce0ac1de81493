"""Asks which folder, archive or list to read, and where to write a list."""

from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

_ARCHIVES = "*.zip *.tar *.tar.gz *.tgz *.tar.bz2 *.tbz2 *.tar.xz *.txz"
_FILES = f"Archives and lists of labels ({_ARCHIVES} *.csv);;All files (*)"


class SetChooser(QObject):
    """Its dialogs return at once; `chosen` and `target` tell what was picked."""

    chosen = Signal(str)
    target = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._place = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.PicturesLocation
        )
        self.dialog: QFileDialog | None = None

    def ask_for_folder(self) -> None:
        """Which folder of class folders."""
        self._ask("Choose a folder of pictures", QFileDialog.FileMode.Directory)
        self.dialog.fileSelected.connect(self._on_chosen)
        self.dialog.open()

    def ask_for_file(self) -> None:
        """Which archive or list."""
        self._ask("Choose an archive or a list of labels", QFileDialog.FileMode.ExistingFile)
        self.dialog.setNameFilter(_FILES)
        self.dialog.fileSelected.connect(self._on_chosen)
        self.dialog.open()

    def ask_for_target(self, name: str) -> None:
        """Where to write a list, `name` being proposed."""
        self._ask("Export the list of pictures", QFileDialog.FileMode.AnyFile)
        self.dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.dialog.setNameFilter("Lists (*.csv)")
        self.dialog.setDefaultSuffix("csv")
        self.dialog.selectFile(name)
        self.dialog.fileSelected.connect(self.target)
        self.dialog.open()

    def _ask(self, title: str, mode: QFileDialog.FileMode) -> None:
        self.dialog = QFileDialog(self._window, title, self._place)
        self.dialog.setFileMode(mode)
        self.dialog.finished.connect(self.dialog.deleteLater)

    def _on_chosen(self, path: str) -> None:
        self._place = str(Path(path).parent)
        self.chosen.emit(path)
