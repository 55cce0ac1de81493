"""Conversion of image arrays to QImage, scaled to fit a square."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

Pixels = npt.NDArray[np.uint8]
MAX_PIXELATED_SIDE = 64  # images up to this side are clearer with sharp pixels
MIN_FILL = 0.7  # images are scaled by an integer if they then fill this fraction of the square


def to_qimage(pixels: Pixels) -> QImage:
    """Convert an image, uint8 [C, H, W] with C 1 (grey) or 3 (RGB), to an independent QImage.

    The result has the screen's format RGB32: Qt converts other formats in its thread pool and
    waits for it, which is slow during a training.
    """
    channels, height, width = pixels.shape
    if channels not in (1, 3):
        raise ValueError(f"an image has 1 or 3 channels, not {channels}")
    planes = pixels.astype(np.uint32)
    red, green, blue = planes if channels == 3 else planes.repeat(3, 0)
    packed = np.ascontiguousarray(0xFF000000 | red << 16 | green << 8 | blue)
    return QImage(packed.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


def fitted_qimage(pixels: Pixels, side: int) -> QImage:
    """Convert an image, as large as fits a square of `side` device pixels.

    Small images are scaled by an integer, so that all their pixels stay sharp and equally large.
    """
    longest = max(pixels.shape[1:])
    factor = side // longest
    if factor * longest >= MIN_FILL * side:
        # QImage.scaled uses the thread pool too.
        return to_qimage(pixels.repeat(factor, 1).repeat(factor, 2))
    keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return to_qimage(pixels).scaled(side, side, keep, smooth)
