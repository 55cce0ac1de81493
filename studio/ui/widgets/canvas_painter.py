"""Painting of a drawing canvas: background, strokes, photo, border and the cursor of the pen."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QCursor, QImage, QPainter, QPainterPath, QPen

from studio.ui.widgets.canvas_drawing import PIXELATED_FROM, Drawing
from studio.ui.widgets.paint_helpers import transparent_pixmap
from studio.ui.widgets.stroke_painter import paint_curve
from studio.ui.widgets.theme_colors import ThemeColors

CORNER = 8
_MIN_CURSOR, _MAX_CURSOR = 6, 120


def paint_background(painter: QPainter, square: QRectF, colors: ThemeColors) -> None:
    """Paint an empty canvas."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors.surface))
    painter.drawRoundedRect(square, CORNER, CORNER)


def paint_drawing(
    painter: QPainter, square: QRectF, dirty: QRect, drawing: Drawing, colors: ThemeColors
) -> None:
    """Paint the part of the drawing inside `dirty`, and the tail of the stroke in progress."""
    target = QRectF(dirty).intersected(square)
    ratio = drawing.screen.side / square.width()
    source = QRectF((target.topLeft() - square.topLeft()) * ratio, target.size() * ratio)
    painter.drawImage(target, drawing.screen.image, source)
    if drawing.stroke is not None:
        erases = drawing.stroke.tool == "eraser"
        color = QColor(colors.surface) if erases else drawing.screen.color
        painter.save()
        painter.setClipRect(square)
        paint_curve(painter, drawing.stroke, drawing.stroke.tail(), square, color)
        painter.restore()


def paint_border(painter: QPainter, square: QRectF, colors: ThemeColors, is_focused: bool) -> None:
    """Paint a thin border, or the focus ring."""
    width = 2 if is_focused else 1
    painter.setPen(QPen(QColor(colors.accent if is_focused else colors.border), width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = width / 2
    painter.drawRoundedRect(square.adjusted(half, half, -half, -half), CORNER, CORNER)


class PhotoPainter:
    """Paints a photo and caches it at the last size."""

    def __init__(self) -> None:
        self._photo: NDArray[np.uint8] | None = None
        self._scaled = QImage()
        self._size = QSize()

    def paint(
        self, painter: QPainter, square: QRectF, photo: NDArray[np.uint8], ratio: float
    ) -> None:
        """Paint a photo, uint8 [H, W, 3], centered in `square` at this device pixel ratio."""
        size = (square.size() * ratio).toSize()
        if photo is not self._photo or size != self._size:
            self._photo, self._size = photo, size
            self._scaled = _scale_photo(photo, size)
        shown = self._scaled.size().toSizeF() / ratio
        left = square.left() + (square.width() - shown.width()) / 2
        top = square.top() + (square.height() - shown.height()) / 2
        corners = QPainterPath()
        corners.addRoundedRect(square, CORNER, CORNER)
        painter.save()
        painter.setClipPath(corners)
        painter.drawImage(QRectF(left, top, shown.width(), shown.height()), self._scaled)
        painter.restore()


def _scale_photo(photo: NDArray[np.uint8], size: QSize) -> QImage:
    height, width = photo.shape[:2]
    image = QImage(photo.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    target = QSize(width, height).scaled(size, Qt.AspectRatioMode.KeepAspectRatio)
    target = target.expandedTo(QSize(1, 1))  # the height of a very wide photo may round to 0
    smooth = Qt.TransformationMode.SmoothTransformation
    pixelated = Qt.TransformationMode.FastTransformation
    mode = pixelated if target.width() >= PIXELATED_FROM * width else smooth
    return image.convertToFormat(QImage.Format.Format_RGB32).scaled(
        target, Qt.AspectRatioMode.IgnoreAspectRatio, mode
    )


def pen_cursor(diameter: float, colors: ThemeColors, ratio: float) -> QCursor:
    """Return a ring-shaped cursor of `diameter` logical pixels, within 6..120.

    A light and a dark line keep it visible on strokes and on the background.
    """
    diameter = min(max(diameter, _MIN_CURSOR), _MAX_CURSOR)
    side = int(diameter) + 4
    pixmap = transparent_pixmap(QSize(side, side), ratio)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    center = QPointF(side / 2, side / 2)
    for width, color in ((2.5, colors.surface), (1.0, colors.accent)):
        painter.setPen(QPen(QColor(color), width))
        painter.drawEllipse(center, diameter / 2, diameter / 2)
    painter.end()
    return QCursor(pixmap, side // 2, side // 2)
