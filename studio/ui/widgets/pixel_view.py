"""Shows a small picture exactly as it is, pixel by pixel, with heat laid over it if wanted."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.heat import blend_heat

CAPTION = 20
CORNER = 6


class PixelView(QWidget):
    """A square field; the picture is scaled without smoothing, the caption stands below it."""

    def __init__(self, name: str, caption: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(caption or name)
        self._caption = caption
        self._image: NDArray[np.uint8] | None = None
        self._heat: NDArray[np.float32] | None = None
        self._shown: QImage | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def image(self) -> NDArray[np.uint8] | None:
        """The picture given last, uint8 [H, W] or [H, W, 3]; None when there is none."""
        return None if self._image is None else self._image.copy()

    def heatmap(self) -> NDArray[np.float32] | None:
        """The heat laid over the picture, float [H, W] of 0..1; None when there is none."""
        return None if self._heat is None else self._heat.copy()

    def set_image(
        self, image: NDArray[np.uint8] | None, heat: NDArray[np.float32] | None = None
    ) -> None:
        """Show a picture, uint8 [H, W] or [H, W, 3], and over it heat, float [H, W] of 0..1."""
        self._image, self._heat = image, heat
        self._shown = None if image is None else _to_qimage(blend_heat(image, heat))
        size = "empty" if image is None else f"{image.shape[1]} by {image.shape[0]} pixels"
        self.setAccessibleDescription(size)
        self.update()

    def caption(self) -> str:
        """The words below the picture."""
        return self._caption

    def set_caption(self, caption: str) -> None:
        """Change the words below the picture."""
        self._caption = caption
        self.update()

    def _field(self) -> QRectF:
        room = self.height() - (CAPTION if self._caption else 0)
        side = max(1, min(self.width(), room))
        return QRectF(0, 0, side, side)

    def _paint_picture(self, painter: QPainter, field: QRectF) -> None:
        if self._shown is None:
            return
        size = self._shown.size().scaled(
            round(field.width()), round(field.height()), Qt.AspectRatioMode.KeepAspectRatio
        )
        left = field.left() + (field.width() - size.width()) / 2
        top = field.top() + (field.height() - size.height()) / 2
        painter.drawImage(QRectF(left, top, size.width(), size.height()), self._shown)

    def _paint_edge(self, painter: QPainter, field: QRectF) -> None:
        pen = QPen(QColor(theme_colors.current().border), 1)
        if self._shown is None:
            pen.setColor(QColor(theme_colors.current().control_border))
            pen.setDashPattern([4, 4])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(field.adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_caption(self, painter: QPainter, field: QRectF) -> None:
        font = self.font()
        font.setPixelSize(12)
        painter.setFont(font)
        painter.setPen(QColor(theme_colors.current().muted))
        line = QRectF(0, field.bottom() + 4, self.width(), CAPTION - 4)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        words = painter.fontMetrics().elidedText(
            self._caption, Qt.TextElideMode.ElideRight, self.width()
        )
        painter.drawText(line, flags, words)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return width + (CAPTION if self._caption else 0)

    def sizeHint(self) -> QSize:
        return QSize(140, self.heightForWidth(140))

    def minimumSizeHint(self) -> QSize:
        return QSize(56, self.heightForWidth(56))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        field = self._field()
        self._paint_picture(painter, field)
        self._paint_edge(painter, field)
        self._paint_caption(painter, field)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()


def _to_qimage(pixels: NDArray[np.uint8]) -> QImage:
    rows = np.ascontiguousarray(pixels)
    height, width = rows.shape[:2]
    grey = rows.ndim == 2
    kind = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB888
    return QImage(rows.data, width, height, width * (1 if grey else 3), kind).copy()
