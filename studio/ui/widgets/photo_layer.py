"""Paints a photo as large as it goes, scaled once for the screen."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath

CORNER = 8

# From this enlargement on pixels are shown as what they are: smoothed they would only be a blur.
_PIXELATED_FROM = 8


class PhotoLayer:
    """Keeps the last photo at the last size: painting it again costs nothing."""

    def __init__(self) -> None:
        self._photo: NDArray[np.uint8] | None = None
        self._scaled = QImage()
        self._size = QSize()

    def paint(
        self, painter: QPainter, square: QRectF, photo: NDArray[np.uint8], ratio: float
    ) -> None:
        """Draw a photo, uint8 [H, W, 3], in the middle of `square`; `ratio` is the pixel ratio."""
        size = (square.size() * ratio).toSize()
        if photo is not self._photo or size != self._size:
            self._photo, self._size = photo, size
            self._scaled = _scaled(photo, size)
        shown = self._scaled.size().toSizeF() / ratio
        left = square.left() + (square.width() - shown.width()) / 2
        top = square.top() + (square.height() - shown.height()) / 2
        corners = QPainterPath()
        corners.addRoundedRect(square, CORNER, CORNER)
        painter.save()
        painter.setClipPath(corners)
        painter.drawImage(QRectF(left, top, shown.width(), shown.height()), self._scaled)
        painter.restore()


def _scaled(photo: NDArray[np.uint8], size: QSize) -> QImage:
    height, width = photo.shape[:2]
    image = QImage(photo.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    target = QSize(width, height).scaled(size, Qt.AspectRatioMode.KeepAspectRatio)
    target = target.expandedTo(QSize(1, 1))  # a photo of one row still has a height
    smooth = Qt.TransformationMode.SmoothTransformation
    pixelated = Qt.TransformationMode.FastTransformation
    mode = pixelated if target.width() >= _PIXELATED_FROM * width else smooth
    return image.convertToFormat(QImage.Format.Format_RGB32).scaled(
        target, Qt.AspectRatioMode.IgnoreAspectRatio, mode
    )
