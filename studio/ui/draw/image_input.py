"""Images from a file dialog, the clipboard or a drop, and their decoding."""

from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QMimeData, QObject, QStandardPaths, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.data.opened_image import OpenedImage, load_opened_image
from studio.ui.shared.desktop import local_files

PATTERNS = "*.png *.jpg *.jpeg *.bmp *.gif *.tif *.tiff *.webp *.avif *.jp2 *.ico *.ppm *.pgm *.tga"
FILTER = f"Images ({PATTERNS});;All files (*)"

# Image files that other programs put on the clipboard, lossless ones first.
ENCODED_TYPES = ("image/png", "image/tiff", "image/bmp", "image/jpeg", "image/webp", "image/gif")

# A path, the content of an image file, or pixels.
UndecodedImage = Path | bytes | QImage


class ImageInput(QObject):
    """`opened` carries an `UndecodedImage`; `empty` says that the clipboard holds none."""

    opened = Signal(object)
    empty = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._folder = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.PicturesLocation
        )

    def open_file_dialog(self) -> None:
        """Open the file dialog and return at once."""
        dialog = QFileDialog(self._window, "Open image", self._folder, FILTER)
        dialog.setObjectName("open_image_dialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._on_file_selected)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def paste(self) -> None:
        """Open the image on the clipboard, or the image file copied there."""
        image = find_image(QGuiApplication.clipboard().mimeData())
        if image is None:
            self.empty.emit("The clipboard holds no image. Copy one, then paste again.")
        else:
            self.opened.emit(image)

    def _on_file_selected(self, path: str) -> None:
        self._folder = str(Path(path).parent)
        self.opened.emit(Path(path))


def has_image(data: QMimeData) -> bool:
    """Whether `find_image` would find an image; transfers no data."""
    encoded = any(data.hasFormat(mime_type) for mime_type in ENCODED_TYPES)
    return encoded or data.hasImage() or bool(local_files(data))


def find_image(data: QMimeData) -> UndecodedImage | None:
    """Return the first local file, else an encoded or plain image, else None."""
    if files := local_files(data):
        return files[0]
    for mime_type in ENCODED_TYPES:
        if data.hasFormat(mime_type):
            return bytes(data.data(mime_type).data())
    image = data.imageData() if data.hasImage() else None
    return image if isinstance(image, QImage) and not image.isNull() else None


def decode_image(
    source: UndecodedImage, on_progress: OnProgress, should_stop: ShouldStop
) -> OpenedImage:
    """Decode an image, as the work of a task. Raises ImageError, and Stopped."""
    on_progress(0.0, "Opening the image")
    return load_opened_image(
        _to_pillow(source) if isinstance(source, QImage) else source, should_stop
    )


def _to_pillow(image: QImage) -> Image.Image:
    """Convert a QImage to a Pillow image, with its transparency if it has any."""
    has_alpha = image.hasAlphaChannel()
    rgba = QImage.Format.Format_RGBA8888 if has_alpha else QImage.Format.Format_RGBX8888
    converted = image.convertToFormat(rgba)
    width, height = converted.width(), converted.height()
    padded = np.frombuffer(converted.constBits(), np.uint8).reshape(height, -1)
    pixels = padded[:, : 4 * width].reshape(height, width, 4)
    # Copied, because Pillow would share the memory, which `converted` frees.
    return Image.fromarray(pixels.copy() if has_alpha else pixels[..., :3].copy())
