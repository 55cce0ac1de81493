"""A small line chart without axes."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.widgets import theme_colors


class Sparkline(QWidget):
    """Shows evenly spaced values from 0 up, 40 px high."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: Sequence[float] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_values(self, values: Sequence[float]) -> None:
        """Set the values; the largest one reaches the top."""
        self._values = tuple(values)
        self.update()

    def values(self) -> tuple[float, ...]:
        """Return the values shown."""
        return tuple(self._values)

    def _points(self, area: QRectF) -> list[QPointF]:
        top = max(self._values) or 1.0
        step = area.width() / max(1, len(self._values) - 1)
        return [
            QPointF(area.left() + i * step, area.bottom() - area.height() * value / top)
            for i, value in enumerate(self._values)
        ]

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(160, 40)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._values:
            return
        painter, color = QPainter(self), QColor(theme_colors.current().accent)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 2, -1, -2)
        line = QPainterPath()
        line.addPolygon(QPolygonF(self._points(area)))
        filled = QPainterPath(line)
        filled.lineTo(area.bottomRight())
        filled.lineTo(area.bottomLeft())
        color.setAlpha(40)
        painter.fillPath(filled, color)
        color.setAlpha(255)
        painter.strokePath(line, QPen(color, 1))
