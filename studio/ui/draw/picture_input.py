"""Takes pictures from a file dialog, the clipboard or a drop, and says whence one came."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QStandardPaths, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

PATTERNS = "*.png *.jpg *.jpeg *.bmp *.gif *.tif *.tiff *.webp *.avif *.jp2 *.ico *.ppm *.pgm *.tga"
FILTER = f"Pictures ({PATTERNS});;All files (*)"


class PictureInput(QObject):
    """`picked` carries a Path or a QImage; what is in it is looked at elsewhere."""

    picked = Signal(object)
    nothing = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._folder = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.PicturesLocation
        )
        self.dialog: QFileDialog | None = None

    def ask_for_file(self) -> None:
        """Open the file dialog and return at once."""
        self.dialog = QFileDialog(self._window, "Open picture", self._folder, FILTER)
        self.dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self.dialog.fileSelected.connect(self._on_file_selected)
        self.dialog.finished.connect(self.dialog.deleteLater)
        self.dialog.open()

    def paste(self) -> None:
        """Take the picture on the clipboard, or the picture file."""
        picture = picture_in(QGuiApplication.clipboard().mimeData())
        if picture is None:
            self.nothing.emit("The clipboard holds no picture. Copy one, then paste again.")
        else:
            self.picked.emit(picture)

    def _on_file_selected(self, path: str) -> None:
        self._folder = str(Path(path).parent)
        self.picked.emit(Path(path))


def picture_in(data: QMimeData) -> Path | QImage | None:
    """The first local file, else the picture itself, else None."""
    for url in data.urls():
        if url.isLocalFile():
            return Path(url.toLocalFile())
    if data.hasImage():
        image = data.imageData()
        if isinstance(image, QImage) and not image.isNull():
            return image
    return None
