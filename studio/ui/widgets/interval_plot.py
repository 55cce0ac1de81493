"""A small plot of proportions with their intervals, one point of which is current."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.widgets import theme_colors

_TOP, _RIGHT, _GAP = 8, 12, 6
_BAND_ALPHA = 48
_RADIUS, _CURRENT_RADIUS = 2.5, 5.0
_GRID = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class IntervalSeries:
    """Points (x ascending) with fractions 0..1 and the ends of their intervals."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    is_dashed: bool = False


class IntervalPlot(QWidget):
    """Shows series of fractions over one x axis. Left and Right move the current point.

    `format_x` and `format_y` format values of the axes. Signal: `point_selected(index)` when the
    user chooses a point of the first series by mouse or key.
    """

    point_selected = Signal(int)

    def __init__(
        self,
        title: str,
        format_x: Callable[[float], str],
        format_y: Callable[[float], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._title, self._format_x, self._format_y = title, format_x, format_y
        self._series: tuple[IntervalSeries, ...] = ()
        self._current: int | None = None
        self.setAccessibleName(f"{title} plot")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_series(self, series: Sequence[IntervalSeries]) -> None:
        """Replace the series; the first one has the points that can be chosen."""
        self._series = tuple(series)
        self._describe()
        self.update()

    def set_current(self, index: int | None) -> None:
        """Mark a point of the first series, or none."""
        self._current = index
        self._describe()
        self.update()

    def series(self) -> tuple[IntervalSeries, ...]:
        """Return the series shown."""
        return self._series

    def point_position(self, index: int) -> QPointF:
        """Return where a point of the first series is painted, in widget coordinates."""
        first = self._series[0]
        return self._at(first.x[index], first.y[index])

    def _describe(self) -> None:
        parts = [
            f"{one.name}: "
            + ", ".join(
                f"{self._format_x(x)} {self._format_y(y)}"
                for x, y in zip(one.x, one.y, strict=True)
            )
            for one in self._series
        ]
        if self._current is not None and self._series:
            x = self._format_x(self._series[0].x[self._current])
            parts.insert(0, f"{x}: {self._format_y(self._series[0].y[self._current])}")
        self.setAccessibleDescription(". ".join(parts) or "Not measured yet")

    def _frame(self) -> QRectF:
        metrics = QFontMetricsF(self.font())
        left = metrics.horizontalAdvance(self._format_y(1.0)) + _GAP
        bottom = metrics.height() + _GAP
        return QRectF(
            left,
            _TOP,
            max(1.0, self.width() - left - _RIGHT),
            max(1.0, self.height() - _TOP - bottom),
        )

    def _x_range(self) -> tuple[float, float]:
        values = [x for one in self._series for x in one.x] or [0.0, 1.0]
        low, high = min(values), max(values)
        return (low, high) if high > low else (low - 0.5, low + 0.5)

    def _at(self, x: float, y: float) -> QPointF:
        frame, (low, high) = self._frame(), self._x_range()
        return QPointF(
            frame.left() + (x - low) / (high - low) * frame.width(),
            frame.bottom() - y * frame.height(),
        )

    def _nearest(self, x_px: float) -> int:
        first = self._series[0]
        return min(
            range(len(first.x)), key=lambda index: abs(self.point_position(index).x() - x_px)
        )

    def _select(self, index: int) -> None:
        if self._series and 0 <= index < len(self._series[0].x) and index != self._current:
            self.set_current(index)
            self.point_selected.emit(index)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axes(painter)
        colors = theme_colors.current()
        for index, one in enumerate(self._series):
            self._paint_series(painter, one, QColor(colors.series[index % len(colors.series)]))
        if self._current is not None and self._series:
            self._paint_current(painter)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def _paint_axes(self, painter: QPainter) -> None:
        colors, frame = theme_colors.current(), self._frame()
        metrics = QFontMetricsF(self.font())
        for level in _GRID:
            y = frame.bottom() - level * frame.height()
            painter.setPen(QPen(QColor(colors.border), 1))
            painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y))
            if level in (0.0, 0.5, 1.0):
                text, width = self._format_y(level), frame.left() - _GAP
                box = QRectF(0, y - metrics.height() / 2, width, metrics.height())
                painter.setPen(QColor(colors.muted))
                painter.drawText(
                    box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text
                )
        if self._series:
            self._paint_x_labels(painter, frame, metrics)

    def _paint_x_labels(self, painter: QPainter, frame: QRectF, metrics: QFontMetricsF) -> None:
        low, high = self._x_range()
        painter.setPen(QColor(theme_colors.current().muted))
        for value, where in ((low, 0.0), ((low + high) / 2, 0.5), (high, 1.0)):
            text = self._format_x(value)
            width = metrics.horizontalAdvance(text)
            x = frame.left() + where * (frame.width() - width)
            painter.drawText(QPointF(x, frame.bottom() + metrics.ascent() + 4), text)

    def _paint_series(self, painter: QPainter, one: IntervalSeries, color: QColor) -> None:
        upper = [self._at(x, y) for x, y in zip(one.x, one.high, strict=True)]
        lower = [self._at(x, y) for x, y in zip(one.x, one.low, strict=True)]
        band = QColor(color)
        band.setAlpha(_BAND_ALPHA)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(band)
        painter.drawPolygon(QPolygonF(upper + lower[::-1]))
        style = Qt.PenStyle.DashLine if one.is_dashed else Qt.PenStyle.SolidLine
        painter.setPen(QPen(color, 1.5, style))
        points = [self._at(x, y) for x, y in zip(one.x, one.y, strict=True)]
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        for point in points:
            painter.drawEllipse(point, _RADIUS, _RADIUS)

    def _paint_current(self, painter: QPainter) -> None:
        colors, frame = theme_colors.current(), self._frame()
        point = self.point_position(self._current or 0)
        painter.setPen(QPen(QColor(colors.muted), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(point.x(), frame.top()), QPointF(point.x(), frame.bottom()))
        painter.setPen(QPen(QColor(colors.surface), 2))
        painter.setBrush(QColor(colors.accent))
        painter.drawEllipse(point, _CURRENT_RADIUS, _CURRENT_RADIUS)

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(240, 140)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 96)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._series:
            self._select(self._nearest(event.position().x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is None or not self._series:
            super().keyPressEvent(event)
            return
        self._select((self._current if self._current is not None else -1) + step)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
