"""Paints a plot of means: axes, intervals, points, names of the series."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from studio.ui.widgets import theme_colors
from studio.ui.widgets.mean_figure import MeanPoint, MeanSeries, spread_apart, visible_ticks
from studio.ui.widgets.paint_helpers import MIDDLE_LEFT, MIDDLE_RIGHT, draw_elided, sized_font

if TYPE_CHECKING:
    from studio.ui.widgets.mean_plot import MeanPlot

_GAP_PX, _CAP_PX, _ARROW_PX = 6, 4, 4
_RADIUS_PX, _DOT_PX, _RING_PX = 4.0, 2.5, 7.0
_DOT_ALPHA, _BAR_ALPHA, _BAND_ALPHA = 90, 170, 36
_TITLE_PX, _SMALL_PX = 13, 12
_BEST = "best"


class MeanPlotPainter:
    """Paints one frame of `plot`."""

    def __init__(self, plot: "MeanPlot", painter: QPainter) -> None:
        self._plot, self._painter = plot, painter
        self._colors = theme_colors.current()
        self._frame = plot.frame()
        self._metrics = QFontMetricsF(plot.font())

    def paint(self) -> None:
        """Paint everything."""
        figure = self._plot.figure
        self._paint_header()
        if figure.points():
            self._paint_y_axis()
            self._paint_x_axis()
            self._paint_band()
            for number, series in enumerate(figure.series):
                self._paint_series(number, series)
            self._paint_marks()
            self._paint_names()
        else:
            self._paint_empty()
        self._paint_focus()

    def _color(self, number: int) -> QColor:
        series = self._colors.series
        return QColor(series[number % len(series)])

    # Texts and axes

    def _paint_header(self) -> None:
        painter, plot = self._painter, self._plot
        box = QRectF(_GAP_PX, 4, plot.title_width() - 2 * _GAP_PX, 22)
        painter.setFont(sized_font(plot.font(), _TITLE_PX, bold=True))
        painter.setPen(QColor(self._colors.text))
        draw_elided(painter, box, MIDDLE_LEFT, plot.figure.title)

    def _paint_empty(self) -> None:
        painter = self._painter
        painter.setFont(sized_font(self._plot.font(), _SMALL_PX))
        painter.setPen(QColor(self._colors.muted))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        box = QRectF(self._plot.rect()).adjusted(24, 24, -24, -8)
        painter.drawText(box, int(flags), self._plot.empty_text)

    def _paint_y_axis(self) -> None:
        painter, frame, height = self._painter, self._frame, self._metrics.height()
        painter.setFont(self._plot.font())
        for value in self._plot.figure.y_ticks:
            y = self._plot.y_place(value)
            painter.setPen(QPen(QColor(self._colors.border), 1))
            painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y))
            painter.setPen(QColor(self._colors.muted))
            box = QRectF(0, y - height / 2, frame.left() - _GAP_PX, height)
            painter.drawText(box, MIDDLE_RIGHT, self._plot.format_tick(value))

    def _paint_x_axis(self) -> None:
        painter, plot, frame, metrics = self._painter, self._plot, self._frame, self._metrics
        painter.setPen(QColor(self._colors.muted))
        ticks = [
            (plot.x_place(place), metrics.horizontalAdvance(text), text)
            for place, text in plot.figure.ticks
        ]
        top, center = frame.bottom() + _GAP_PX, Qt.AlignmentFlag.AlignCenter
        for place, width, text in visible_ticks(sorted(ticks), _GAP_PX + 4):
            left = min(max(place - width / 2, 0.0), plot.width() - width - 1)
            painter.drawText(QRectF(left, top, width + 1, metrics.height()), center, text)
        title = QRectF(frame.left(), top + metrics.height(), frame.width(), metrics.height())
        draw_elided(painter, title, center, plot.figure.x_title)

    def _paint_names(self) -> None:
        """Name each series beside its last point."""
        plot, painter, metrics = self._plot, self._painter, self._metrics
        width = plot.label_width()
        named = [(n, one) for n, one in enumerate(plot.figure.series) if one.points]
        if not width or not named:
            return
        ends = [plot.place(n, one.points[-1]).y() for n, one in named]
        places = spread_apart(ends, metrics.height(), self._frame.bottom())
        left = self._frame.right() + _GAP_PX + 2
        for (number, one), y in zip(named, places, strict=True):
            painter.setPen(self._color(number))
            box = QRectF(left, y - metrics.height() / 2, width + 4, metrics.height())
            draw_elided(painter, box, MIDDLE_LEFT, one.name)

    # Points

    def _paint_band(self) -> None:
        band = self._plot.figure.band
        if band is None:
            return
        painter, plot, frame = self._painter, self._plot, self._frame
        low, mean, high = (plot.y_place(value) for value in band)
        area = QRectF(frame.left(), high, frame.width(), low - high).intersected(frame)
        color = self._color(0)
        painter.setPen(QPen(color, 1))
        painter.drawLine(QPointF(frame.left(), mean), QPointF(frame.right(), mean))
        color.setAlpha(_BAND_ALPHA)
        painter.fillRect(area, color)

    def _paint_series(self, number: int, series: MeanSeries) -> None:
        """Paint all points of a series together: one by one, hundreds would take too long."""
        painter, color = self._painter, self._color(number)
        places = [self._plot.place(number, point) for point in series.points]
        if series.is_connected:
            painter.setPen(QPen(color, 1.5))
            painter.drawPolyline(QPolygonF(places))
        self._paint_values(series, places, QColor(color))
        self._paint_intervals(series, places, QColor(color))
        self._paint_dots(places, QColor(self._colors.surface), 2 * _RADIUS_PX + 1)
        self._paint_dots(places, color, 2 * _RADIUS_PX - 1)

    def _paint_dots(self, places: Sequence[QPointF], color: QColor, size_px: float) -> None:
        pen = QPen(color, size_px)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        self._painter.setPen(pen)
        self._painter.drawPoints(QPolygonF(places))

    def _paint_values(self, series: MeanSeries, places: list[QPointF], color: QColor) -> None:
        """Paint the single values behind each mean."""
        color.setAlpha(_DOT_ALPHA)
        dots = [
            QPointF(place.x(), self._plot.y_place(value))
            for point, place in zip(series.points, places, strict=True)
            if len(point.values) > 1
            for value in point.values
        ]
        self._paint_dots(dots, color, 2 * _DOT_PX)

    def _paint_intervals(self, series: MeanSeries, places: list[QPointF], color: QColor) -> None:
        color.setAlpha(_BAR_ALPHA)
        self._painter.setPen(QPen(color, 1.5))
        lines = [
            line
            for point, place in zip(series.points, places, strict=True)
            if point.has_interval
            for line in self._interval_lines(point, place.x())
        ]
        self._painter.drawLines(lines)

    def _interval_lines(self, point: MeanPoint, x: float) -> list[QLineF]:
        """Return a bar with caps; an end outside of the plot is an arrow."""
        frame = self._frame
        low, high = self._plot.y_place(point.low), self._plot.y_place(point.high)
        lines = [QLineF(x, min(low, frame.bottom()), x, max(high, frame.top()))]
        for y, edge, inward in ((low, frame.bottom(), -1), (high, frame.top(), 1)):
            if (y - edge) * inward < -0.5:
                inside = edge + inward * _ARROW_PX
                lines += [QLineF(x, edge, x + side, inside) for side in (-_ARROW_PX, _ARROW_PX)]
            else:
                lines.append(QLineF(x - _CAP_PX, y, x + _CAP_PX, y))
        return lines

    def _paint_marks(self) -> None:
        """Mark the best, the current and the hovered point."""
        current, hovered = self._plot.marked
        for number, one in enumerate(self._plot.figure.series):
            for point in one.points:
                if point.is_best:
                    self._paint_best(point, self._plot.place(number, point))
        for key, color in ((hovered, self._colors.muted), (current, self._colors.accent)):
            if key is not None and self._plot.figure.find(key) is not None:
                self._painter.setBrush(Qt.BrushStyle.NoBrush)
                self._painter.setPen(QPen(QColor(color), 2))
                self._painter.drawEllipse(self._plot.point_position(key), _RING_PX, _RING_PX)

    def _paint_best(self, point: MeanPoint, place: QPointF) -> None:
        """Write "best" above the interval, or beside the point where that leaves the plot."""
        painter, frame, height = self._painter, self._frame, self._metrics.height()
        painter.setFont(sized_font(self._plot.font(), 11, bold=True))
        painter.setPen(QColor(self._colors.text))
        width = painter.fontMetrics().horizontalAdvance(_BEST) + 2
        top = self._plot.y_place(point.high) if point.has_interval else place.y() - _RING_PX
        left, y = place.x() - width / 2, top - height - 1
        if y < frame.top() - height / 2:
            beside = _RING_PX + 2
            is_last = place.x() + beside + width > frame.right()  # names of the series are there
            left = place.x() - beside - width if is_last else place.x() + beside
            y = place.y() - height
        painter.drawText(QRectF(left, y, width, height), MIDDLE_LEFT, _BEST)
        painter.setFont(self._plot.font())

    def _paint_focus(self) -> None:
        if self._plot.hasFocus():
            self._painter.setPen(QPen(QColor(self._colors.accent), 1))
            self._painter.setBrush(Qt.BrushStyle.NoBrush)
            box = QRectF(self._plot.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            self._painter.drawRoundedRect(box, 6, 6)
