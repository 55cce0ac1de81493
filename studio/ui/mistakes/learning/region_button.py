"""A button for one region of the learning plot: its color, name, count and meaning."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy

from studio.insight.learning import Region
from studio.ui.widgets import theme_colors
from studio.ui.widgets.paint_helpers import MIDDLE_LEFT, MIDDLE_RIGHT, draw_elided, sized_font

_LOW_PX, _HIGH_PX = 36, 68
_PADDING = 12
_TOP_ROW = 20


class RegionButton(QPushButton):
    """Opens the samples of a region. `set_low` leaves out the sentence."""

    def __init__(self, region: Region, color: Callable[[], str], is_crossed: bool) -> None:
        super().__init__()
        self._region, self._color, self._is_crossed = region, color, is_crossed
        self._count, self._number = "", 0
        self._is_low = False
        self.setObjectName(f"{region.key}_region_button")
        self.setToolTip(f"Show these samples in the grid: {region.rule}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.show_count("", 0)

    def show_count(self, text: str, number: int) -> None:
        """Show how many samples the region has; without samples the button is disabled."""
        self._count, self._number = text, number
        self.setEnabled(number > 0)
        self.setAccessibleName(f"{self._region.title}: {text or 'no samples'}")
        self.setAccessibleDescription(f"{self._region.meaning} {self._region.rule}")
        self.update()

    def set_low(self, is_low: bool) -> None:
        """Show one line instead of three."""
        self._is_low = is_low
        self.updateGeometry()
        self.update()

    def count_text(self) -> str:
        """Return the count shown."""
        return self._count

    def sizeHint(self) -> QSize:
        return QSize(220, _LOW_PX if self._is_low else _HIGH_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, _LOW_PX if self._is_low else _HIGH_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = theme_colors.current()
        self._paint_frame(painter)
        box = QRectF(self.rect()).adjusted(_PADDING, 8, -_PADDING, -8)
        top = QRectF(box.left(), box.top(), box.width(), _TOP_ROW)
        self._paint_mark(painter, QPointF(top.left() + 5, top.center().y()))
        painter.setPen(QColor(colors.muted))
        painter.setFont(sized_font(self.font(), 13))
        count_text = f"{self._number:,}" if self._is_low else self._count
        count_width = painter.fontMetrics().horizontalAdvance(count_text) + 8
        draw_elided(painter, top, MIDDLE_RIGHT, count_text)
        painter.setPen(QColor(colors.text if self.isEnabled() else colors.muted))
        painter.setFont(sized_font(self.font(), 13, bold=True))
        draw_elided(painter, top.adjusted(18, 0, -count_width, 0), MIDDLE_LEFT, self._region.title)
        if not self._is_low:
            painter.setPen(QColor(colors.muted))
            painter.setFont(sized_font(self.font(), 12))
            wrap = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop
            painter.drawText(box.adjusted(0, _TOP_ROW + 3, 0, 6), wrap, self._region.meaning)

    def _paint_frame(self, painter: QPainter) -> None:
        colors = theme_colors.current()
        border, width, fill = colors.border, 1, colors.surface
        if self.isDown():
            fill = colors.pressed
        elif self.underMouse() and self.isEnabled():
            fill = colors.hover
        if self.hasFocus():
            border, width = colors.accent, 2
        painter.setPen(QPen(QColor(border), width))
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)

    def _paint_mark(self, painter: QPainter, at: QPointF) -> None:
        color = QColor(self._color())
        if not self._is_crossed:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawEllipse(at, 5, 5)
            return
        painter.setPen(QPen(color, 2.5))
        for sign in (-1, 1):
            painter.drawLine(at + QPointF(-4, -4 * sign), at + QPointF(4, 4 * sign))
