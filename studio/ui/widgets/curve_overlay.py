"""What is painted over the lines of a plot: end labels, dots, the best mark, the hover cross."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.label_layout import spread

LABEL_EXTRA = 8 + 16 + 6  # gap, a short piece of the line, gap
_GAP, _PIECE = 8, 16
_DOT = 2.5
_LEGEND_LEFT, _LEGEND_GAP = 8.0, 16


@dataclass(frozen=True)
class EndLabel:
    """Text at the right end of a line at pixel height `y`; `level` lines cross the whole plot."""

    text: str
    y: float
    pen: QPen
    level: bool = False


@dataclass(frozen=True)
class Hover:
    """Where the mouse is, a title, and (text, colour, pixel height) of every curve there."""

    place: QPointF
    title: str
    rows: Sequence[tuple[str, QColor, float]]


@dataclass(frozen=True)
class BestMark:
    """A vertical line at pixel `x` with its words at the top or the bottom of the plot."""

    x: float
    text: str
    at_top: bool


@dataclass(frozen=True)
class Marks:
    """Everything but the hover cross, in pixels; `rect` is the plot area without its axes.

    With `legend_above` the labels stand in rows above the plot instead of at the lines' ends.
    """

    rect: QRectF
    x_title: str
    labels: Sequence[EndLabel]
    dots: Sequence[tuple[QPointF, QColor]]
    best: BestMark | None
    legend_above: bool = False


class CurveOverlay(QWidget):
    """A see-through layer in pixel coordinates that never takes mouse events."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._marks: Marks | None = None
        self._hover: Hover | None = None
        self._focused = False

    def show_focus(self, focused: bool) -> None:
        """Paint a focus ring around the plot, or none."""
        self._focused = focused
        self.update()

    def show_marks(self, marks: Marks) -> None:
        """Paint these from now on."""
        self._marks = marks
        self.update()

    def show_hover(self, hover: Hover | None) -> None:
        """Paint the cross and its values, or nothing for None."""
        self._hover = hover
        self.update()

    def _paint_labels(self, painter: QPainter, marks: Marks) -> None:
        rect, height = marks.rect, painter.fontMetrics().height()
        wanted = [label.y for label in marks.labels]
        places = spread(wanted, height, rect.top(), rect.bottom())
        for label, place in zip(marks.labels, places, strict=True):
            painter.setPen(label.pen)
            if label.level:
                _level_line(painter, rect.left(), rect.right(), label.y)
            _level_line(painter, rect.right() + _GAP, rect.right() + _GAP + _PIECE, place)
            painter.setPen(QColor(theme_colors.current().text))
            self._paint_beside(painter, rect.right() + LABEL_EXTRA, place, label.text)

    def _paint_legend(self, painter: QPainter, marks: Marks) -> None:
        metrics, texts = painter.fontMetrics(), [label.text for label in marks.labels]
        for row, places in enumerate(legend_rows(texts, metrics, self.width())):
            middle = metrics.height() * (row + 0.5)
            for place, left in places:
                label = marks.labels[place]
                painter.setPen(label.pen)
                if label.level:
                    _level_line(painter, marks.rect.left(), marks.rect.right(), label.y)
                _level_line(painter, left, left + _PIECE, middle)
                painter.setPen(QColor(theme_colors.current().text))
                self._paint_beside(painter, left + _PIECE + 6, middle, label.text)

    def _paint_beside(self, painter: QPainter, left: float, middle: float, text: str) -> None:
        height = painter.fontMetrics().height()
        box = QRectF(left, middle - height / 2, self.width() - left, height)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_x_title(self, painter: QPainter, marks: Marks) -> None:
        painter.setPen(QColor(theme_colors.current().muted))
        middle = marks.rect.bottom() + 4 + painter.fontMetrics().height() / 2
        left = 0.0 if marks.legend_above else marks.rect.right() + LABEL_EXTRA
        self._paint_beside(painter, left, middle, marks.x_title)

    def _paint_best(self, painter: QPainter, rect: QRectF, best: BestMark) -> None:
        if not rect.left() <= best.x <= rect.right() + 1:
            return
        metrics = painter.fontMetrics()
        painter.setPen(QPen(QColor(theme_colors.current().good), 1, Qt.PenStyle.DashDotLine))
        painter.drawLine(QPointF(best.x, rect.top()), QPointF(best.x, rect.bottom()))
        left = best.x - metrics.horizontalAdvance(best.text) - 6
        baseline = rect.top() + metrics.ascent() if best.at_top else rect.bottom() - 6
        place = QPointF(left if left > rect.left() else best.x + 6, baseline)
        painter.drawText(place, best.text)

    def _paint_cross(self, painter: QPainter, rect: QRectF, hover: Hover) -> None:
        place = hover.place
        painter.setPen(QPen(QColor(theme_colors.current().muted), 1))
        painter.drawLine(QPointF(place.x(), rect.top()), QPointF(place.x(), rect.bottom()))
        painter.drawLine(QPointF(rect.left(), place.y()), QPointF(rect.right(), place.y()))

    def _paint_values(self, painter: QPainter, hover: Hover) -> None:
        colors, metrics = theme_colors.current(), painter.fontMetrics()
        lines = [(hover.title, QColor(colors.muted)), *((t, c) for t, c, _ in hover.rows)]
        width = max(metrics.horizontalAdvance(text) for text, _ in lines) + 16
        box = QRectF(0, 0, width, metrics.height() * len(lines) + 12)
        right = hover.place.x() + 12 + width <= self.width()
        box.moveLeft(hover.place.x() + 12 if right else hover.place.x() - 12 - width)
        box.moveTop(min(max(hover.place.y() - box.height() - 12, 0), self.height() - box.height()))
        painter.setPen(QColor(colors.border))
        painter.setBrush(QColor(colors.raised))
        painter.drawRoundedRect(box, 6, 6)
        for position, (text, color) in enumerate(lines):
            painter.setPen(color)
            top = box.top() + 6 + position * metrics.height()
            painter.drawText(QPointF(box.left() + 8, top + metrics.ascent()), text)

    # Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._focused:
            painter.setPen(QPen(QColor(theme_colors.current().accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        if self._marks is None:
            return
        _paint_dots(painter, self._marks)
        if self._marks.best is not None:
            self._paint_best(painter, self._marks.rect, self._marks.best)
        if self._marks.legend_above:
            self._paint_legend(painter, self._marks)
        else:
            self._paint_labels(painter, self._marks)
        self._paint_x_title(painter, self._marks)
        if self._hover is not None:
            self._paint_cross(painter, self._marks.rect, self._hover)
            self._paint_values(painter, self._hover)


def legend_rows(
    texts: Sequence[str], metrics: QFontMetrics, width: float
) -> list[list[tuple[int, float]]]:
    """Rows of (place of the text, pixels from the left) that fit into `width` pixels."""
    rows: list[list[tuple[int, float]]] = [[]]
    left = _LEGEND_LEFT
    for place, text in enumerate(texts):
        needed = _PIECE + 6 + metrics.horizontalAdvance(text)
        if rows[-1] and left + needed > width:
            rows.append([])
            left = _LEGEND_LEFT
        rows[-1].append((place, left))
        left += needed + _LEGEND_GAP
    return rows


def _level_line(painter: QPainter, left: float, right: float, y: float) -> None:
    painter.drawLine(QPointF(left, y), QPointF(right, y))


def _paint_dots(painter: QPainter, marks: Marks) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    inside = marks.rect.adjusted(-1, -1, 1, 1)
    for point, color in marks.dots:
        if inside.contains(point):
            painter.setBrush(color)
            painter.drawEllipse(point, _DOT, _DOT)
    painter.setBrush(Qt.BrushStyle.NoBrush)
