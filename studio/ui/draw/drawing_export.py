"""Copies the drawing to the clipboard and saves it as a PNG file."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QStandardPaths, Signal
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter
from PySide6.QtWidgets import QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.ui.shared.save_dialog import open_save_dialog, write_bytes
from studio.ui.tasks import NewestTask, TaskHost
from studio.ui.widgets.digit_canvas import DigitCanvas

FILTER = "PNG image (*.png)"
NOTHING_TO_COPY = "The canvas is empty. Draw or open something, then copy it."
NOTHING_TO_SAVE = "The canvas is empty. Draw or open something, then save it."


class DrawingExport(NewestTask):
    """`saved` carries the path of a file; `empty` says that there is nothing to copy or save."""

    saved = Signal(object)
    empty = Signal(str)

    def __init__(self, canvas: DigitCanvas, tasks: TaskHost, window: QWidget) -> None:
        super().__init__(tasks, window)
        self._canvas, self._window = canvas, window
        self._folder = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.PicturesLocation
        )

    def copy(self) -> None:
        """Copy what is on the canvas to the clipboard: the photo, or black on white."""
        if self._canvas.is_blank():
            self.empty.emit(NOTHING_TO_COPY)
        else:
            QGuiApplication.clipboard().setImage(self._canvas.render_image())

    def open_file_dialog(self) -> None:
        """Ask for a file and save to it what is on the canvas now; returns at once."""
        if self._canvas.is_blank():
            self.empty.emit(NOTHING_TO_SAVE)
            return
        suggested = str(Path(self._folder) / "drawing.png")
        title, on_selected = "Save the drawing", self._on_file_selected
        open_save_dialog(self._window, "save_drawing_dialog", title, suggested, FILTER, on_selected)

    def _on_file_selected(self, name: str) -> None:
        path = Path(name)
        self._folder = str(path.parent)
        self.start(partial(_save_png, self._canvas.render_image(), path), self.saved.emit)


def _save_png(image: QImage, path: Path, on_progress: OnProgress, should_stop: ShouldStop) -> Path:
    """Write an image as PNG, as the work of a task. Raises StudioError."""
    return write_bytes(path, _to_png(image), on_progress, should_stop)


def _to_png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())
