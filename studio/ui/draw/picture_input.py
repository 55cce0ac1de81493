"""Takes images from a file dialog, the clipboard or a drop."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QStandardPaths, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

PATTERNS = "*.png *.jpg *.jpeg *.bmp *.gif *.tif *.tiff *.webp *.avif *.jp2 *.ico *.ppm *.pgm *.tga"
FILTER = f"Images ({PATTERNS});;All files (*)"

# What other programs offer as encoded files, the lossless first. They are decoded in a thread.
ENCODED = ("image/png", "image/tiff", "image/bmp", "image/jpeg", "image/webp", "image/gif")

Picked = Path | bytes | QImage


class PictureInput(QObject):
    """`picked` carries a Path, the bytes of an image file or a QImage, not yet decoded."""

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
        self.dialog = QFileDialog(self._window, "Open image", self._folder, FILTER)
        self.dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self.dialog.fileSelected.connect(self._on_file_selected)
        self.dialog.finished.connect(self.dialog.deleteLater)
        self.dialog.open()

    def paste(self) -> None:
        """Take the image on the clipboard, or the image file."""
        picked = picture_in(QGuiApplication.clipboard().mimeData())
        if picked is None:
            self.nothing.emit("The clipboard holds no image. Copy one, then paste again.")
        else:
            self.picked.emit(picked)

    def _on_file_selected(self, path: str) -> None:
        self._folder = str(Path(path).parent)
        self.picked.emit(Path(path))


def has_picture(data: QMimeData) -> bool:
    """Whether `picture_in` would find something; nothing is transferred for it."""
    encoded = any(data.hasFormat(kind) for kind in ENCODED)
    return encoded or data.hasImage() or _local_file(data) is not None


def picture_in(data: QMimeData) -> Picked | None:
    """The first local file, else the image itself, else None."""
    path = _local_file(data)
    if path is not None:
        return path
    for kind in ENCODED:
        if data.hasFormat(kind):
            return bytes(data.data(kind).data())
    image = data.imageData() if data.hasImage() else None
    return image if isinstance(image, QImage) and not image.isNull() else None


def _local_file(data: QMimeData) -> Path | None:
    local = (Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())
    return next(local, None)
