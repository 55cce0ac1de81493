"""Axes and regions of a plot with two fixed ranges: where values are, and how they are painted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from studio.ui.widgets import theme_colors

_LEFT, _TOP, _RIGHT, _BOTTOM = 60, 32, 20, 44
_PADDING_PX = 6  # between the outermost points and the axes
_TICKS = 5
_RIGHT_MIDDLE = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
Line = tuple[QPointF, QPointF]


@dataclass(frozen=True)
class Axis:
    """Title, range and number format of an axis."""

    title: str
    low: float
    high: float
    format: Callable[[float], str]

    def fraction(self, value: float) -> float:
        """Return where a value is on the axis, 0 at its low end and 1 at its high end."""
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class RegionLabel:
    """A text that ends at a point of the plot, in the units of the axes."""

    text: str
    x: float
    y: float


class RegionFrame:
    """Maps values of two axes to pixels, and paints axes, lines between regions and their names."""

    def __init__(self, x_axis: Axis, y_axis: Axis) -> None:
        self.x_axis, self.y_axis = x_axis, y_axis
        self.lines: Sequence[Line] = ()
        self.labels: Sequence[RegionLabel] = ()
        self._outer = QRectF()

    def set_size(self, width: int, height: int) -> None:
        """Set the size of the widget."""
        self._outer = QRectF(0, 0, width, height)

    @property
    def rect(self) -> QRectF:
        """The rectangle between the outermost points."""
        left, top = _LEFT + _PADDING_PX, _TOP + _PADDING_PX
        right, bottom = _RIGHT + _PADDING_PX, _BOTTOM + _PADDING_PX
        return self._outer.adjusted(left, top, -right, -bottom)

    def at(self, x_fraction: float, y_fraction: float) -> QPointF:
        """Return where a point is, by fractions of the axes."""
        rect = self.rect
        return QPointF(
            rect.left() + x_fraction * rect.width(), rect.bottom() - y_fraction * rect.height()
        )

    def fractions(self, point: QPointF) -> tuple[float, float]:
        """Return the fractions of the axes at a place of the widget."""
        rect = self.rect
        return (
            (point.x() - rect.left()) / rect.width(),
            (rect.bottom() - point.y()) / rect.height(),
        )

    def paint(self, painter: QPainter) -> None:
        """Paint background, axes and regions."""
        colors = theme_colors.current()
        painter.setPen(QPen(QColor(colors.border), 1))
        painter.setBrush(QColor(colors.surface))
        painter.drawRoundedRect(self._outer.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        for tick in range(_TICKS + 1):
            self._paint_tick(painter, tick / _TICKS)
        painter.setPen(QColor(colors.muted))
        painter.drawText(QPointF(16, 22), f"{self.y_axis.title} ↑")
        bottom = QRectF(0, self._outer.bottom() - 24, self._outer.right() - _RIGHT, 20)
        painter.drawText(bottom, _RIGHT_MIDDLE, f"{self.x_axis.title} →")
        self._paint_regions(painter)

    def _paint_tick(self, painter: QPainter, fraction: float) -> None:
        colors, at = theme_colors.current(), self.at(fraction, fraction)
        right = self._outer.right() - _RIGHT
        painter.setPen(QPen(QColor(colors.border), 1))
        painter.drawLine(QPointF(_LEFT, at.y()), QPointF(right, at.y()))
        painter.setPen(QColor(colors.muted))
        box = QRectF(0, at.y() - 10, _LEFT - 8, 20)
        painter.drawText(box, _RIGHT_MIDDLE, _tick_text(self.y_axis, fraction))
        text = _tick_text(self.x_axis, fraction)
        width = painter.fontMetrics().horizontalAdvance(text)
        painter.drawText(QPointF(at.x() - width / 2, self.rect.bottom() + 20), text)

    def _paint_regions(self, painter: QPainter) -> None:
        painter.setPen(QPen(QColor(theme_colors.current().muted), 1, Qt.PenStyle.DashLine))
        for start, end in self.lines:
            painter.drawLine(self._place(start.x(), start.y()), self._place(end.x(), end.y()))
        for label in self.labels:
            box = QRectF(0, 0, 160, 20)
            box.moveCenter(self._place(label.x, label.y))
            box.moveRight(self._place(label.x, label.y).x() - 6)
            painter.drawText(box, _RIGHT_MIDDLE, label.text)

    def _place(self, x: float, y: float) -> QPointF:
        return self.at(self.x_axis.fraction(x), self.y_axis.fraction(y))


def _tick_text(axis: Axis, fraction: float) -> str:
    return axis.format(axis.low + fraction * (axis.high - axis.low))
