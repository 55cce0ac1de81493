"""Pictures for tiles: arrays become images that fit, and pixmaps are kept within a budget."""

from collections import OrderedDict
from collections.abc import Callable, Hashable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap

Pixels = npt.NDArray[np.uint8]
BUDGET_BYTES = 64 * 1024 * 1024
SMALL = 64  # pictures up to this side show their pixels, larger ones are smoothed


def to_qimage(pixels: Pixels) -> QImage:
    """Return one picture, uint8 [C, H, W] with C 1 (grey) or 3 (RGB), as an image of its own."""
    channels, height, width = pixels.shape
    if channels == 1:
        flat, form = np.ascontiguousarray(pixels[0]), QImage.Format.Format_Grayscale8
    elif channels == 3:
        flat, form = np.ascontiguousarray(pixels.transpose(1, 2, 0)), QImage.Format.Format_RGB888
    else:
        raise ValueError(f"a picture has 1 or 3 channels, not {channels}")
    return QImage(flat.data, width, height, channels * width, form).copy()


def fitted(picture: QSize, box: QSize) -> QSize:
    """Return the size at which a picture fits a box of device pixels.

    Small pictures grow by whole factors, so that all their pixels stay equally large.
    """
    if max(picture.width(), picture.height()) <= SMALL:
        factor = min(box.width() // picture.width(), box.height() // picture.height())
        if factor >= 1:
            return picture * factor
    return picture.scaled(box, Qt.AspectRatioMode.KeepAspectRatio)


def scaled(image: QImage, box: QSize) -> QImage:
    """Return the image fitted into a box of device pixels, pixelated if it is small."""
    small = max(image.width(), image.height()) <= SMALL
    how = Qt.TransformationMode
    return image.scaled(
        fitted(image.size(), box),
        Qt.AspectRatioMode.IgnoreAspectRatio,
        how.FastTransformation if small else how.SmoothTransformation,
    )


class PixmapCache:
    """Pixmaps by key; the least recently used ones go first when the budget is spent."""

    def __init__(self, budget_bytes: int = BUDGET_BYTES) -> None:
        self._budget = budget_bytes
        self._spent = 0
        self._made: OrderedDict[Hashable, QPixmap] = OrderedDict()

    def __len__(self) -> int:
        return len(self._made)

    def clear(self) -> None:
        """Forget everything."""
        self._made.clear()
        self._spent = 0

    def get(self, key: Hashable, make: Callable[[], QPixmap]) -> QPixmap:
        """Return the pixmap kept under `key`, made now if it is not there."""
        found = self._made.get(key)
        if found is not None:
            self._made.move_to_end(key)
            return found
        made = self._made[key] = make()
        self._spent += _bytes(made)
        while self._spent > self._budget and len(self._made) > 1:
            self._spent -= _bytes(self._made.popitem(last=False)[1])
        return made


def _bytes(picture: QPixmap) -> int:
    return picture.width() * picture.height() * 4
