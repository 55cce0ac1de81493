"""A view of an image on which a pen moves: it reports where, in pixels of the image."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.image_conversion import MAX_PIXELATED_SIDE, to_qimage


class PixelCanvas(QWidget):
    """Shows an image, uint8 [C, H, W], as large as fits, and where the pen would draw.

    `stroke_started` and `stroke_moved` carry x and y in pixels of the image, with fractions; the
    right button starts with `is_eraser`. At least 160 x 160 px.
    """

    stroke_started = Signal(float, float, bool)
    stroke_moved = Signal(float, float)
    stroke_finished = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName("Image to edit")
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._pixels: NDArray[np.uint8] | None = None
        self._image: QImage | None = None
        self._button = Qt.MouseButton.NoButton  # that draws
        self._pen_width = 1.0
        self._pen: QPointF | None = None  # its position in the widget

    def image(self) -> NDArray[np.uint8] | None:
        """Return the image shown, uint8 [C, H, W], or None."""
        return None if self._pixels is None else self._pixels.copy()

    def set_image(self, pixels: NDArray[np.uint8]) -> None:
        """Show an image, uint8 [C, H, W]."""
        self._pixels, self._image = pixels, to_qimage(pixels)
        self.setAccessibleDescription(f"{pixels.shape[2]} by {pixels.shape[1]} pixels")
        self.update()

    def set_pen_width(self, width: float) -> None:
        """Set the width of the pen whose outline is shown, in pixels of the image."""
        self._pen_width = width
        self.update()

    def widget_position(self, x: float, y: float) -> QPointF:
        """Return where a point of the image lies in the widget."""
        area, scale = self._area(), self._scale()
        return QPointF(area.left() + x * scale, area.top() + y * scale)

    def _scale(self) -> float:
        if self._pixels is None:
            return 1.0
        height, width = self._pixels.shape[1:]
        return min(self.width() / width, self.height() / height)

    def _area(self) -> QRectF:
        """Where the image lies in the widget."""
        if self._pixels is None:
            return QRectF(self.rect())
        height, width = self._pixels.shape[1:]
        scale = self._scale()
        size = width * scale, height * scale
        return QRectF((self.width() - size[0]) / 2, (self.height() - size[1]) / 2, *size)

    def _image_point(self, position: QPointF) -> tuple[float, float]:
        area, scale = self._area(), self._scale()
        return (position.x() - area.left()) / scale, (position.y() - area.top()) / scale

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(480, 480)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 160)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        buttons = (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)
        if self._button is Qt.MouseButton.NoButton and event.button() in buttons:
            self._button = event.button()
            is_eraser = event.button() is Qt.MouseButton.RightButton
            self.stroke_started.emit(*self._image_point(event.position()), is_eraser)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pen = event.position()
        if self._button is not Qt.MouseButton.NoButton:
            self.stroke_moved.emit(*self._image_point(event.position()))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is self._button:
            self._button = Qt.MouseButton.NoButton
            self.stroke_finished.emit()

    def leaveEvent(self, event: object) -> None:
        self._pen = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colors = QPainter(self), theme_colors.current()
        area = self._area()
        if self._image is not None:
            is_photo = max(self._image.width(), self._image.height()) > MAX_PIXELATED_SIDE
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_photo)
            painter.drawImage(area, self._image)
        painter.setPen(QPen(QColor(colors.border), 1))
        painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
        if self._pen is not None:
            self._paint_pen(painter, self._pen)
        painter.end()

    def _paint_pen(self, painter: QPainter, position: QPointF) -> None:
        """Outline the pen, in two colors so that it is visible on any image."""
        radius = self._pen_width * self._scale() / 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in (("#000000", 3), ("#FFFFFF", 1)):
            painter.setPen(QPen(QColor(color), width))
            painter.drawEllipse(position, radius, radius)
