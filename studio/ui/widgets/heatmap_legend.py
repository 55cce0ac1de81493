"""The legend of a heatmap: a bar of its colors with the values at its ends."""

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.image_conversion import to_qimage
from studio.ui.widgets.paint_helpers import MIDDLE_LEFT, MIDDLE_RIGHT, draw_elided, sized_font
from studio.ui.widgets.pixel_view import blend_heatmap, blend_signed_heatmap

BAR_HEIGHT_PX, TEXT_HEIGHT_PX, GAP_PX = 10, 16, 2
_MID_GRAY = 96  # the brightness of the image that the bar pretends to lie over
_COLUMNS = 129


class HeatmapLegend(QWidget):
    """Shows the colors of a `PixelView` heatmap, -1..1 if it has signs, else 0..1."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName("Color scale")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._low = self._high = ""
        self._bar: QImage | None = None

    def texts(self) -> tuple[str, str]:
        """Return what stands at the low and the high end."""
        return self._low, self._high

    def set_scale(self, has_sign: bool, low: str, high: str) -> None:
        """Show the colors of a heatmap, and what its ends mean."""
        self._low, self._high = low, high
        image = np.full((1, _COLUMNS), _MID_GRAY, np.uint8)
        values = np.linspace(-1 if has_sign else 0, 1, _COLUMNS, dtype=np.float32)[None]
        colors = (blend_signed_heatmap if has_sign else blend_heatmap)(image, values)
        self._bar = to_qimage(colors.transpose(2, 0, 1))
        self.setAccessibleDescription(f"From {low} to {high}")
        self.update()

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(200, BAR_HEIGHT_PX + GAP_PX + TEXT_HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._bar is None:
            return
        painter = QPainter(self)
        bar = QRectF(0.5, 0.5, self.width() - 1, BAR_HEIGHT_PX - 1)
        painter.drawImage(bar, self._bar)
        painter.setPen(QColor(theme_colors.current().border))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bar)
        painter.setFont(sized_font(self.font(), 12))
        painter.setPen(QColor(theme_colors.current().muted))
        half = self.width() / 2 - 4
        top = BAR_HEIGHT_PX + GAP_PX
        draw_elided(painter, QRectF(0, top, half, TEXT_HEIGHT_PX), MIDDLE_LEFT, self._low)
        right = QRectF(self.width() - half, top, half, TEXT_HEIGHT_PX)
        draw_elided(painter, right, MIDDLE_RIGHT, self._high)
        painter.end()
