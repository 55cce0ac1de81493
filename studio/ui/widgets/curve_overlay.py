"""Annotations painted over a plot: line labels, dots, the best epoch and the hover read-out."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from studio.ui.widgets import theme_colors

# All lengths are in pixels. A label follows a gap, a short sample of its line and another gap.
_GAP, _SAMPLE, _SAMPLE_GAP = 8, 16, 6
LABEL_INDENT = _GAP + _SAMPLE + _SAMPLE_GAP
_DOT_RADIUS = 2.5
_FLAG = 4.0  # half of the width of the flag of a mark
_BEST_GAP = 6.0
_LEGEND_LEFT, _LEGEND_GAP = 8.0, 16


@dataclass(frozen=True)
class LineLabel:
    """The label of a line that ends at height `y`; `spans_plot` draws a level line there."""

    text: str
    y: float
    pen: QPen
    spans_plot: bool = False


@dataclass(frozen=True)
class HoverReadout:
    """A cross at `point` and a box with a title and the (text, color) of every curve."""

    point: QPointF
    title: str
    rows: Sequence[tuple[str, QColor]]


@dataclass(frozen=True)
class BestMarker:
    """A vertical line at `x` with its label at the top or the bottom of the plot."""

    x: float
    text: str
    at_top: bool


@dataclass(frozen=True)
class Annotations:
    """Everything on the overlay except the hover read-out.

    `rect` is the plot without its axes. With `legend_above` the labels form rows above the plot
    instead of standing at the ends of their lines. `marks` are the x positions of events, and
    their colors.
    """

    rect: QRectF
    x_title: str
    labels: Sequence[LineLabel]
    dots: Sequence[tuple[QPointF, QColor]]
    best: BestMarker | None
    legend_above: bool = False
    marks: Sequence[tuple[float, QColor]] = ()


class CurveOverlay(QWidget):
    """A transparent widget over a plot that ignores the mouse; coordinates are pixels."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._annotations: Annotations | None = None
        self._readout: HoverReadout | None = None
        self._has_focus_ring = False

    def annotations(self) -> Annotations | None:
        """Return the annotations shown, or None before the first drawing."""
        return self._annotations

    def readout(self) -> HoverReadout | None:
        """Return the hover read-out shown, or None."""
        return self._readout

    def set_focus_ring(self, visible: bool) -> None:
        """Show or hide a focus ring around the plot."""
        self._has_focus_ring = visible
        self.update()

    def set_annotations(self, annotations: Annotations) -> None:
        """Replace the annotations."""
        self._annotations = annotations
        self.update()

    def set_readout(self, readout: HoverReadout | None) -> None:
        """Show a cross and its values; None hides them."""
        self._readout = readout
        self.update()

    def _paint_labels(self, painter: QPainter, shown: Annotations) -> None:
        rect, line_height = shown.rect, painter.fontMetrics().height()
        ends = [label.y for label in shown.labels]
        centers = spread_labels(ends, line_height, rect.top(), rect.bottom())
        for label, y in zip(shown.labels, centers, strict=True):
            self._paint_label(painter, label, rect, rect.right() + _GAP, y)

    def _paint_legend(self, painter: QPainter, shown: Annotations) -> None:
        metrics, texts = painter.fontMetrics(), [label.text for label in shown.labels]
        for row, entries in enumerate(legend_rows(texts, metrics, self.width())):
            y = metrics.height() * (row + 0.5)
            for index, left in entries:
                self._paint_label(painter, shown.labels[index], shown.rect, left, y)

    def _paint_label(
        self, painter: QPainter, label: LineLabel, rect: QRectF, left: float, y: float
    ) -> None:
        """Paint a sample of the line from `left` on and the text behind it, centered at `y`."""
        painter.setPen(label.pen)
        if label.spans_plot:
            _draw_level_line(painter, rect.left(), rect.right(), label.y)
        _draw_level_line(painter, left, left + _SAMPLE, y)
        painter.setPen(QColor(theme_colors.current().text))
        self._paint_text(painter, left + _SAMPLE + _SAMPLE_GAP, y, label.text)

    def _paint_text(self, painter: QPainter, left: float, y: float, text: str) -> None:
        height = painter.fontMetrics().height()
        box = QRectF(left, y - height / 2, self.width() - left, height)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_x_title(self, painter: QPainter, shown: Annotations) -> None:
        painter.setPen(QColor(theme_colors.current().muted))
        y = shown.rect.bottom() + 4 + painter.fontMetrics().height() / 2
        left = 0.0 if shown.legend_above else shown.rect.right() + LABEL_INDENT
        self._paint_text(painter, left, y, shown.x_title)

    def _paint_best(
        self, painter: QPainter, rect: QRectF, best: BestMarker, marks: Sequence[float]
    ) -> None:
        if not rect.left() <= best.x <= rect.right() + 1:
            return
        metrics, colors = painter.fontMetrics(), theme_colors.current()
        painter.setPen(QPen(QColor(colors.good), 1, Qt.PenStyle.DashDotLine))
        painter.drawLine(QPointF(best.x, rect.top()), QPointF(best.x, rect.bottom()))
        width = metrics.horizontalAdvance(best.text)
        left = best_label_left(best.x, width, rect, marks)
        baseline = rect.top() + metrics.ascent() if best.at_top else rect.bottom() - 6
        top = baseline - metrics.ascent()
        painter.fillRect(QRectF(left, top, width, metrics.height()), QColor(colors.surface))
        painter.drawText(QPointF(left, baseline), best.text)

    def _paint_cross(self, painter: QPainter, rect: QRectF, point: QPointF) -> None:
        painter.setPen(QPen(QColor(theme_colors.current().muted), 1))
        painter.drawLine(QPointF(point.x(), rect.top()), QPointF(point.x(), rect.bottom()))
        _draw_level_line(painter, rect.left(), rect.right(), point.y())

    def _paint_values(self, painter: QPainter, readout: HoverReadout) -> None:
        colors, metrics, point = theme_colors.current(), painter.fontMetrics(), readout.point
        lines = [(readout.title, QColor(colors.muted)), *readout.rows]
        width = max(metrics.horizontalAdvance(text) for text, _ in lines) + 16
        box = QRectF(0, 0, width, metrics.height() * len(lines) + 12)
        fits_right = point.x() + 12 + width <= self.width()
        left = point.x() + 12 if fits_right else point.x() - 12 - width
        box.moveLeft(max(min(left, self.width() - width), 0))
        top = min(point.y() - box.height() - 12, self.height() - box.height())
        box.moveTop(max(top, 0))
        painter.setPen(QColor(colors.border))
        painter.setBrush(QColor(colors.raised))
        painter.drawRoundedRect(box, 6, 6)
        for row, (text, color) in enumerate(lines):
            painter.setPen(color)
            top = box.top() + 6 + row * metrics.height()
            painter.drawText(QPointF(box.left() + 8, top + metrics.ascent()), text)

    # Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, shown = QPainter(self), self._annotations
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._has_focus_ring:
            painter.setPen(QPen(QColor(theme_colors.current().accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        if shown is None:
            return
        _paint_dots(painter, shown)
        _paint_marks(painter, shown)
        if shown.best is not None:
            self._paint_best(painter, shown.rect, shown.best, [x for x, _ in shown.marks])
        if shown.legend_above:
            self._paint_legend(painter, shown)
        else:
            self._paint_labels(painter, shown)
        self._paint_x_title(painter, shown)
        if self._readout is not None:
            self._paint_cross(painter, shown.rect, self._readout.point)
            self._paint_values(painter, self._readout)


def legend_rows(
    texts: Sequence[str], metrics: QFontMetrics, width: float
) -> list[list[tuple[int, float]]]:
    """Break labels into rows of (index of the text, left edge) that fit into `width` pixels."""
    rows: list[list[tuple[int, float]]] = [[]]
    left = _LEGEND_LEFT
    for index, text in enumerate(texts):
        needed = _SAMPLE + _SAMPLE_GAP + metrics.horizontalAdvance(text)
        if rows[-1] and left + needed > width:
            rows.append([])
            left = _LEGEND_LEFT
        rows[-1].append((index, left))
        left += needed + _LEGEND_GAP
    return rows


def best_label_left(x: float, width: float, rect: QRectF, marks: Sequence[float]) -> float:
    """Return where the label of the marker at `x` begins: to its left, unless a mark is there."""
    left, right = x - width - _BEST_GAP, x + _BEST_GAP
    fits_right = right + width <= rect.right()
    is_marked = any(left - _FLAG <= mark <= x - _BEST_GAP + _FLAG for mark in marks)
    return right if left <= rect.left() or (is_marked and fits_right) else left


def spread_labels(wanted: Sequence[float], height: float, low: float, high: float) -> list[float]:
    """Move label centers apart until they are at least `height` apart, within low..high.

    Returns the centers in the order of `wanted`; labels keep their vertical order. Without room
    for all of them they are evenly spaced from `low` and run past `high`.
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    centers: list[float] = []
    for index in order:
        lowest = centers[-1] + height if centers else low + height / 2
        centers.append(max(wanted[index], lowest))
    highest = max(high - height / 2, low + height * (len(wanted) - 0.5))
    for position in reversed(range(len(centers))):
        centers[position] = min(centers[position], highest)
        highest = centers[position] - height
    result = [0.0] * len(wanted)
    for index, center in zip(order, centers, strict=True):
        result[index] = center
    return result


def _draw_level_line(painter: QPainter, left: float, right: float, y: float) -> None:
    painter.drawLine(QPointF(left, y), QPointF(right, y))


def _paint_marks(painter: QPainter, shown: Annotations) -> None:
    """Paint a thin line with a flag at its top for each event."""
    rect = shown.rect
    for x, color in shown.marks:
        if rect.left() <= x <= rect.right() + 1:
            painter.setPen(QPen(color, 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            corners = (QPointF(x - _FLAG, rect.top()), QPointF(x + _FLAG, rect.top()))
            painter.drawPolygon([*corners, QPointF(x, rect.top() + 1.5 * _FLAG)])
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_dots(painter: QPainter, shown: Annotations) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    inside = shown.rect.adjusted(-1, -1, 1, 1)
    for point, color in shown.dots:
        if inside.contains(point):
            painter.setBrush(color)
            painter.drawEllipse(point, _DOT_RADIUS, _DOT_RADIUS)
    painter.setBrush(Qt.BrushStyle.NoBrush)
