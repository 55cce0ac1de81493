"""The context menu of a sample: open its image, show its folder, copy its name."""

from functools import partial
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
        self._name = name
        if image is not None:
            self.addAction(icon("image"), "Open image", partial(self._open, image))
        if folder is not None:
            self.addAction(icon("folder"), "Show in folder", partial(self._open, folder))
        self.addAction(icon("copy"), "Copy name", self._copy_name)

    def _open(self, path: Path) -> None:
        problem = open_path(path)
        if problem:
            self.failed.emit(problem)

    def _copy_name(self) -> None:
        QGuiApplication.clipboard().setText(self._name)
