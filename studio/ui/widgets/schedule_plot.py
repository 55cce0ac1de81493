"""A value over the length of a training, with its figures and the place that is reached."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.paint_helpers import draw_elided, sized_font

_PLOT_HEIGHT, _TEXT_HEIGHT = 48, 18  # px
_KEY_STEPS = 40  # presses of an arrow key from one end to the other


class SchedulePlot(QWidget):
    """Shows a curve from 0 up, start, peak and end below it, and a marker where a training is.

    The mouse or the arrow keys read a value, which replaces the figures; Escape shows them again.
    66 px high.
    """

    def __init__(self, name: str, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(accessible_name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self._positions: Sequence[float] = ()
        self._values: Sequence[float] = ()
        self._texts: tuple[str, str, str] = ("", "", "")
        self._description = ""
        self._read: Callable[[float], str] | None = None
        self._marker: float | None = None
        self._marker_value: float | None = None
        self._reading: float | None = None

    def set_curve(
        self,
        positions: Sequence[float],
        values: Sequence[float],
        texts: tuple[str, str, str],
        description: str,
        read: Callable[[float], str],
    ) -> None:
        """Show a curve, its figures (left, center and right), and a sentence as tooltip.

        `read` returns the text of a position. Without points only the sentence is shown.
        """
        self._positions, self._values = tuple(positions), tuple(values)
        self._texts, self._read, self._reading = texts, read, None
        self._description = description
        self.setToolTip(description)
        self.setAccessibleDescription(description)
        self.update()

    def set_marker(self, position: float | None, value: float | None = None) -> None:
        """Show where the training is, or nothing for None.

        `value` is what it has there, that of the curve for None.
        """
        before, self._marker, self._marker_value = self._marker, position, value
        pixels = [None if p is None else round(self._x(p)) for p in (before, position)]
        if pixels[0] != pixels[1]:
            self.update()

    def marker(self) -> float | None:
        """Return the place of the marker."""
        return self._marker

    def values(self) -> tuple[float, ...]:
        """Return the values shown."""
        return tuple(self._values)

    def text(self) -> str:
        """Return the text below the curve, or instead of it."""
        if not self._values:
            return self._description
        if self._reading is not None and self._read is not None:
            return self._read(self._reading)
        return " · ".join(text for text in self._texts if text)

    def _length(self) -> float:
        return self._positions[-1] if self._positions else 0.0

    def _area(self) -> QRectF:
        return QRectF(4, 4, self.width() - 8, _PLOT_HEIGHT - 4)

    def _x(self, position: float) -> float:
        area, length = self._area(), self._length()
        return area.left() + area.width() * min(position / length, 1.0) if length else area.left()

    def _y(self, value: float) -> float:
        area, top = self._area(), max(self._values) or 1.0
        return area.bottom() - area.height() * min(value / top, 1.0)

    def _value_at(self, position: float) -> float:
        before = [v for p, v in zip(self._positions, self._values, strict=True) if p <= position]
        return before[-1] if before else self._values[0]

    def _set_reading(self, position: float | None) -> None:
        if position is not None:
            position = min(max(position, 0.0), self._length())
        if position != self._reading:
            self._reading = position
            is_read = position is not None and bool(self._values)
            self.setAccessibleDescription(self.text() if is_read else self._description)
            self.update()

    def _paint_curve(self, painter: QPainter, color: QColor) -> None:
        area = self._area()
        points = [
            QPointF(self._x(position), self._y(value))
            for position, value in zip(self._positions, self._values, strict=True)
        ]
        line = QPainterPath()
        line.addPolygon(QPolygonF(points))
        filled = QPainterPath(line)
        filled.lineTo(area.right(), area.bottom())
        filled.lineTo(area.left(), area.bottom())
        color.setAlpha(36)
        painter.fillPath(filled, color)
        color.setAlpha(255)
        painter.strokePath(line, QPen(color, 1.5))
        painter.setPen(QPen(QColor(theme_colors.current().border), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())

    def _paint_place(
        self, painter: QPainter, position: float, value: float | None, color: QColor
    ) -> None:
        area = self._area()
        shown = self._value_at(position) if value is None else value
        place = QPointF(self._x(position), self._y(shown))
        painter.setPen(QPen(color, 1))
        painter.drawLine(QPointF(place.x(), area.top()), QPointF(place.x(), area.bottom()))
        painter.setBrush(color)
        painter.setPen(QPen(QColor(theme_colors.current().surface), 1.5))
        painter.drawEllipse(place, 4, 4)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_text(self, painter: QPainter) -> None:
        row = QRectF(4, _PLOT_HEIGHT, self.width() - 8, _TEXT_HEIGHT)
        painter.setFont(sized_font(self.font(), 12))
        painter.setPen(QColor(theme_colors.current().muted))
        if self._reading is not None:
            draw_elided(painter, row, Qt.AlignmentFlag.AlignCenter, self.text())
            return
        sides = (
            Qt.AlignmentFlag.AlignLeft,
            Qt.AlignmentFlag.AlignHCenter,
            Qt.AlignmentFlag.AlignRight,
        )
        for text, side in zip(self._texts, sides, strict=True):
            painter.drawText(row, side | Qt.AlignmentFlag.AlignVCenter, text)

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(200, _PLOT_HEIGHT + _TEXT_HEIGHT)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        area = self._area()
        part = (event.position().x() - area.left()) / max(area.width(), 1)
        self._set_reading(part * self._length())

    def leaveEvent(self, event: QEvent) -> None:
        self._set_reading(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = self._length() / _KEY_STEPS
        at = self._reading if self._reading is not None else (self._marker or 0.0)
        places = {
            Qt.Key.Key_Left: at - step,
            Qt.Key.Key_Right: at + step,
            Qt.Key.Key_Home: 0.0,
            Qt.Key.Key_End: self._length(),
        }
        key = Qt.Key(event.key())
        if key in places:
            self._set_reading(places[key])
        elif key == Qt.Key.Key_Escape and self._reading is not None:
            self._set_reading(None)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colors = QPainter(self), theme_colors.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._values:
            self._paint_curve(painter, QColor(colors.accent))
            if self._reading is not None:
                self._paint_place(painter, self._reading, None, QColor(colors.muted))
            if self._marker is not None:
                accent = QColor(colors.accent)
                self._paint_place(painter, self._marker, self._marker_value, accent)
            self._paint_text(painter)
        else:
            painter.setFont(sized_font(self.font(), 12))
            painter.setPen(QColor(colors.muted))
            wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()), wrapped, self._description)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
