"""The context menu of a sample: open its image, show its folder, copy its name."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from studio.ui.icons import icon
from studio.ui.shared.desktop import open_path


class SampleMenu(QMenu):
    """`image` is the file of an own image, `folder` that of the image or of its archive.

    `failed` carries the reason why nothing was opened.
    """

    failed = Signal(str)

    def __init__(self, name: str, image: Path | None, folder: Path | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("sample_menu")
        self.setAccessibleName("Sample")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._name, self._image, self._folder = name, image, folder
        if image is not None:
            self.addAction(icon("image"), "Open image", self._open_image)
        if folder is not None:
            self.addAction(icon("folder"), "Show in folder", self._show_folder)
        self.addAction(icon("copy"), "Copy name", self._copy_name)

    def _open_image(self) -> None:
        self._open(self._image)

    def _show_folder(self) -> None:
        self._open(self._folder)

    def _open(self, path: Path | None) -> None:
        problem = open_path(path) if path is not None else ""
        if problem:
            self.failed.emit(problem)

    def _copy_name(self) -> None:
        QGuiApplication.clipboard().setText(self._name)
