"""A view of a small image on which a frame marks a region."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from studio.ui.widgets.pixel_view import PixelView

_MIN_FRAME = 4.0  # px, of a region of a single pixel


class FramedPixelView(PixelView):
    """Shows an image as `PixelView`, and a frame around a region given in fractions of it."""

    def __init__(self, name: str, caption: str = "", parent: QWidget | None = None) -> None:
        super().__init__(name, caption, parent)
        self._region: QRectF | None = None

    def region(self) -> QRectF | None:
        """Return the region framed, in fractions 0..1 of the width and the height."""
        return self._region

    def set_region(self, region: QRectF | None) -> None:
        """Frame a region, in fractions 0..1 of the width and the height, or none."""
        self._region = region
        self.update()

    # Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._region is None or self._image is None:
            return
        painter, square = QPainter(self), self._image_rect()
        region = QRectF(
            square.left() + self._region.left() * square.width(),
            square.top() + self._region.top() * square.height(),
            max(_MIN_FRAME, self._region.width() * square.width()),
            max(_MIN_FRAME, self._region.height() * square.height()),
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in (("#000000", 3), ("#FFFFFF", 1)):  # visible on any image
            painter.setPen(QPen(QColor(color), width))
            painter.drawRect(region.adjusted(1, 1, -1, -1))

    def _image_rect(self) -> QRectF:
        """Return where the image is in the square, as it keeps its aspect."""
        assert self._image is not None
        square = self._square()
        height, width = self._image.shape[:2]
        scale = square.width() / max(height, width)
        size = width * scale, height * scale
        return QRectF((square.width() - size[0]) / 2, (square.height() - size[1]) / 2, *size)
