"""Images from file dialogs, the clipboard or a drop, and their decoding."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QMimeData, QObject, QStandardPaths, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.data.opened_image import OpenedImage, load_opened_image
from studio.ui.draw.images.html_images import (
    embedded_image,
    has_embedded_or_link,
    linked_image,
)
from studio.ui.shared.desktop import local_files

SUFFIXES = (
    ".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".avif", ".jp2", ".ico",
    ".ppm", ".pgm", ".tga",
)  # fmt: skip
PATTERNS = " ".join(f"*{suffix}" for suffix in SUFFIXES)
FILTER = f"Images ({PATTERNS});;All files (*)"

# Image files that other programs put on the clipboard, lossless ones first.
ENCODED_TYPES = ("image/png", "image/tiff", "image/bmp", "image/jpeg", "image/webp", "image/gif")

NO_IMAGE = "The clipboard holds no image. Copy one, then paste again."
ONLY_LINK = (
    "This is a link to the web, from which the studio downloads no images. Copy the image itself, "
    "or save it and open the file."
)

# A path, the content of an image file, or pixels.
UndecodedImage = Path | bytes | QImage


class ImageInput(QObject):
    """Asks for images.

    `opened` carries an `UndecodedImage`, `several_opened` a list of paths, and `empty` says why
    there is no image.
    """

    opened = Signal(object)
    several_opened = Signal(object)
    empty = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._folder = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.PicturesLocation
        )

    def open_file_dialog(self) -> None:
        """Open the dialog for one or more files, and return at once."""
        dialog = self._dialog("Open images", "open_image_dialog")
        dialog.setNameFilters(FILTER.split(";;"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self._on_files_selected)
        dialog.open()

    def open_folder_dialog(self) -> None:
        """Open the dialog for a folder of images, and return at once."""
        dialog = self._dialog("Open the images in a folder", "open_folder_dialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.filesSelected.connect(self._on_files_selected)
        dialog.open()

    def paste(self) -> None:
        """Open the image on the clipboard, or the image files copied there."""
        self.open_data(QGuiApplication.clipboard().mimeData(), NO_IMAGE)

    def open_data(self, data: QMimeData, otherwise: str = ONLY_LINK) -> None:
        """Open what was pasted or dropped; `otherwise` is said if there is no image in it."""
        files = local_files(data)
        if len(files) > 1 or (files and files[0].is_dir()):
            self.several_opened.emit(files)
        elif (image := find_image(data)) is not None:
            self.opened.emit(image)
        else:
            self.empty.emit(ONLY_LINK if linked_image(data) else otherwise)

    def _dialog(self, title: str, name: str) -> QFileDialog:
        dialog = QFileDialog(self._window, title, self._folder)
        dialog.setObjectName(name)
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    def _on_files_selected(self, names: Sequence[str]) -> None:
        paths = [Path(name) for name in names]
        self._folder = str(paths[0].parent)
        if len(paths) == 1 and not paths[0].is_dir():
            self.opened.emit(paths[0])
        else:
            self.several_opened.emit(paths)


def has_image(data: QMimeData) -> bool:
    """Whether `ImageInput.open_data` has an image to open, or a link to one; reads no image."""
    encoded = any(data.hasFormat(mime_type) for mime_type in ENCODED_TYPES)
    return encoded or data.hasImage() or bool(local_files(data)) or has_embedded_or_link(data)


def find_image(data: QMimeData) -> UndecodedImage | None:
    """Return the first local file, else an encoded, embedded or plain image, else None."""
    if files := local_files(data):
        return files[0]
    for mime_type in ENCODED_TYPES:
        if data.hasFormat(mime_type):
            return bytes(data.data(mime_type).data())
    if (embedded := embedded_image(data)) is not None:
        return embedded
    image = data.imageData() if data.hasImage() else None
    return image if isinstance(image, QImage) and not image.isNull() else None


def decode_image(
    source: UndecodedImage, on_progress: OnProgress, should_stop: ShouldStop
) -> OpenedImage:
    """Decode an image, as the work of a task. Raises ImageError, and Stopped."""
    on_progress(0.0, "Opening the image")
    return load_opened_image(
        to_pillow(source) if isinstance(source, QImage) else source, should_stop
    )


def to_pillow(image: QImage) -> Image.Image:
    """Convert a QImage to a Pillow image, with its transparency if it has any."""
    has_alpha = image.hasAlphaChannel()
    rgba = QImage.Format.Format_RGBA8888 if has_alpha else QImage.Format.Format_RGBX8888
    converted = image.convertToFormat(rgba)
    width, height = converted.width(), converted.height()
    padded = np.frombuffer(converted.constBits(), np.uint8).reshape(height, -1)
    pixels = padded[:, : 4 * width].reshape(height, width, 4)
    # Copied, because Pillow would share the memory, which `converted` frees.
    return Image.fromarray(pixels.copy() if has_alpha else pixels[..., :3].copy())
