"""The legend of activations: their colors in one line, between the values at both ends."""

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.activation_colors import color_levels, to_levels
from studio.ui.widgets.activation_model import MINUS, format_value
from studio.ui.widgets.image_conversion import to_qimage
from studio.ui.widgets.paint_helpers import sized_font

_BAR_HEIGHT, _MIN_BAR_WIDTH, _GAP = 8, 40, 6
_COLUMNS = 65


class ActivationLegend(QWidget):
    """Shows the colors from 0, or from minus `scale`, to `scale`, 160 px wide."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName("Color scale of the activations")
        self.setToolTip(
            "The same colors for all maps of the layer. Rare values beyond the ends have the color "
            "of the end."
        )
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._low = self._high = ""
        self._has_sign: bool | None = None

    def texts(self) -> tuple[str, str]:
        """Return the values at the low and the high end."""
        return self._low, self._high

    def set_scale(self, scale: float, has_sign: bool) -> None:
        """Show colors up to a magnitude; negative ones too where values can have either sign."""
        high = format_value(scale)
        self._low, self._high, self._has_sign = (
            f"{MINUS}{high}" if has_sign else "0",
            high,
            has_sign,
        )
        self.setAccessibleDescription(f"From {self._low} to {self._high}")
        self.update()

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(160, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._has_sign is None:
            return
        painter = QPainter(self)
        painter.setFont(sized_font(self.font(), 12))
        painter.setPen(QColor(theme_colors.current().muted))
        metrics = painter.fontMetrics()
        low, high = (metrics.horizontalAdvance(text) + _GAP for text in self.texts())
        row, flag = QRectF(self.rect()), Qt.AlignmentFlag
        painter.drawText(row, flag.AlignVCenter | flag.AlignLeft, self._low)
        painter.drawText(row, flag.AlignVCenter | flag.AlignRight, self._high)
        width = max(_MIN_BAR_WIDTH, self.width() - low - high)
        values = np.linspace(-1 if self._has_sign else 0, 1, _COLUMNS, dtype=np.float32)[None]
        bar = QRectF(low, (self.height() - _BAR_HEIGHT) / 2, width, _BAR_HEIGHT)
        painter.drawImage(bar, to_qimage(color_levels(to_levels(values, 1.0))))
