"""Pictures for tiles: arrays become images that fit, and pixmaps are kept within a budget."""

from collections import OrderedDict
from collections.abc import Callable, Hashable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap

Pixels = npt.NDArray[np.uint8]
BUDGET_BYTES = 64 * 1024 * 1024
SMALL = 64  # up to this side a picture is better seen pixel by pixel
FILLED = 0.7  # whole factors count as long as they fill this share of the box


def to_qimage(pixels: Pixels) -> QImage:
    """Return one picture, uint8 [C, H, W] with C 1 (grey) or 3 (RGB), as an image of its own.

    In the screen's own format: Qt converts others in a thread pool, and waits for it.
    """
    channels, height, width = pixels.shape
    if channels not in (1, 3):
        raise ValueError(f"a picture has 1 or 3 channels, not {channels}")
    planes = pixels.astype(np.uint32)
    red, green, blue = planes if channels == 3 else planes.repeat(3, 0)
    screen = np.ascontiguousarray(0xFF000000 | red << 16 | green << 8 | blue)
    return QImage(screen.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


def fitted_qimage(pixels: Pixels, box: int) -> QImage:
    """Return the picture as large as a square of `box` device pixels allows.

    Small pictures grow by whole factors, so that all their pixels stay sharp and equally large.
    """
    longest = max(pixels.shape[1:])
    factor = box // longest
    if factor * longest >= FILLED * box:
        # Not QImage.scaled: that too waits for the pool, which a training keeps from running.
        return to_qimage(pixels.repeat(factor, 1).repeat(factor, 2))
    keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return to_qimage(pixels).scaled(box, box, keep, smooth)


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
