"""Table cells that show a proportion and its interval as a small bar."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QAbstractProxyModel, QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from studio.ui.widgets import theme_colors
from studio.ui.widgets.model_index import Index

_MARGIN, _BAR_HEIGHT, _DOT_RADIUS = 10, 6, 3.5


class Interval(NamedTuple):
    """A value between two bounds; `is_uncertain` where these are too far apart."""

    low: float
    value: float  # NaN without samples
    high: float
    is_uncertain: bool


class IntervalDelegate(QStyledItemDelegate):
    """Paints the interval of each row as a bar with a dot at the value, from `start` to 1.

    `percent` formats a fraction with a number of decimals.
    """

    def __init__(self, percent: Callable[[float, int], str]) -> None:
        super().__init__()
        self._percent = percent
        self.intervals: Sequence[Interval] = ()  # of each row of the source model
        self.start = 0.0

    def set_intervals(self, intervals: Sequence[Interval]) -> None:
        """Set the interval of each row of the source model; the scale fits them."""
        self.intervals = intervals
        known = [interval.low for interval in intervals if interval.value == interval.value]
        self.start = int(10 * min(known, default=0.0)) / 10

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        style = option.widget.style() if option.widget else None
        if style is not None:
            style.drawPrimitive(
                QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget
            )
        interval = self.intervals[_source_row(index)]
        if interval.value == interval.value:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_interval(painter, QRectF(option.rect), interval)
            painter.restore()

    def _paint_interval(self, painter: QPainter, cell: QRectF, interval: Interval) -> None:
        colors = theme_colors.current()
        left, width = cell.left() + _MARGIN, cell.width() - 2 * _MARGIN
        middle = cell.center().y()

        def x(value: float) -> float:
            return left + (value - self.start) / (1 - self.start) * width

        painter.setPen(QPen(QColor(colors.border), 1))
        painter.drawLine(QPointF(left, middle), QPointF(left + width, middle))
        color = QColor(colors.warn if interval.is_uncertain else colors.accent)
        bar = QRectF(x(interval.low), middle - _BAR_HEIGHT / 2, 0, _BAR_HEIGHT)
        bar.setRight(max(x(interval.high), bar.left() + 2))
        painter.setPen(QPen(color, 1))
        fill = QColor(color)
        fill.setAlphaF(0.3)
        # An uncertain interval is only outlined: it must not depend on its color.
        painter.setBrush(Qt.BrushStyle.NoBrush if interval.is_uncertain else fill)
        painter.drawRoundedRect(bar, 3, 3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(QPointF(x(interval.value), middle), _DOT_RADIUS, _DOT_RADIUS)

    def describe(self, row: int) -> str:
        """Return the interval of a row as text: "83.2 % to 95.1 %"."""
        interval = self.intervals[row]
        if interval.value != interval.value:
            return "No samples"
        return f"{self._percent(interval.low, 1)} to {self._percent(interval.high, 1)}"

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        if event.type() == QEvent.Type.ToolTip and index.isValid():
            QToolTip.showText(event.globalPos(), self.describe(_source_row(index)), view)
            return True
        return super().helpEvent(event, view, option, index)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, 28)


def _source_row(index: Index) -> int:
    model = index.model()
    if isinstance(model, QAbstractProxyModel):
        return model.mapToSource(index).row()
    return index.row()
