"""A plot of means with their intervals, by mouse and keys, one point of which is current."""

from collections.abc import Callable
from math import ceil, hypot, log10

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.widgets.mean_figure import MeanFigure, MeanPoint
from studio.ui.widgets.mean_plot_painter import MeanPlotPainter

_REACH_PX = 28  # from the mouse to a point
_HEADER_PX, _TOOLS_PX, _RIGHT_PX, _GAP_PX = 32, 40, 16, 6
_MOST_LABEL_PX, _DODGE_PX = 132, 7
_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class MeanPlot(QWidget):
    """Shows a `MeanFigure`. `format_y` formats a value of the y axis.

    It is called with the number of decimals that tells the ticks apart. Left and Right move along a
    series, Up and Down to another one. `point_selected` carries the key of a point that the user
    chooses by mouse or key, `read` the text of the point below the mouse, else of the current one.
    """

    point_selected = Signal(int)
    read = Signal(str)

    def __init__(
        self,
        name: str,
        format_y: Callable[[float, int], str],
        empty_text: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._format_y, self.empty_text = format_y, empty_text
        self._tools: QWidget | None = None
        self._frame: QRectF | None = None  # until the figure or the size changes
        self.figure = MeanFigure()
        self._current: int | None = None
        self._hovered: int | None = None
        self.setObjectName(name)
        self.setAccessibleName("Plot of the means")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def title(self) -> str:
        """What the y axis shows."""
        return self.figure.title

    def add_tools(self, tools: QWidget) -> None:
        """Put a widget beside the title, at the top right."""
        self._tools = tools
        tools.setParent(self)
        self._place_tools()

    def format_tick(self, value: float) -> str:
        """Return a value of the y axis as text, with the decimals that its ticks need."""
        ticks = self.figure.y_ticks
        step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
        return self._format_y(value, max(0, ceil(-log10(100 * step) - 1e-9)))

    def set_figure(self, figure: MeanFigure) -> None:
        """Show another figure; the current point stays if it is still there."""
        self.figure = figure
        self._hovered = None
        if figure.find(self._current) is None:
            self._current = None
        self.setAccessibleName(f"{figure.title} plot")
        self._describe()
        self._place_tools()
        self.update()

    def set_current(self, key: int | None) -> None:
        """Mark the point with a key, or none."""
        self._current = key if self.figure.find(key) is not None else None
        self._describe()
        self.update()

    def current(self) -> int | None:
        """Return the key of the current point."""
        return self._current

    def read_out(self) -> str:
        """Return the text of the point below the mouse, else of the current point."""
        point = self.point(self._hovered) or self.point(self._current)
        return point.text if point is not None else ""

    def point(self, key: int | None) -> MeanPoint | None:
        """Return the point with a key; None without one."""
        place = self.figure.find(key)
        return self.figure.series[place[0]].points[place[1]] if place is not None else None

    @property
    def marked(self) -> tuple[int | None, int | None]:
        """The keys of the current point and of that below the mouse."""
        return self._current, self._hovered

    # Places

    def frame(self) -> QRectF:
        """Return the area of the points, in widget coordinates."""
        if self._frame is None:
            self._frame = self._measure_frame()
        return self._frame

    def _measure_frame(self) -> QRectF:
        metrics = QFontMetricsF(self.font())
        labels = [self.format_tick(value) for value in self.figure.y_ticks]
        left = max(map(metrics.horizontalAdvance, labels), default=0.0) + 2 * _GAP_PX
        bottom = metrics.height() + _GAP_PX
        if self.figure.x_title:
            bottom += metrics.height()
        right = _RIGHT_PX + self.label_width()
        has_tools = self._tools is not None and not self._tools.isHidden()
        top = _TOOLS_PX if has_tools else _HEADER_PX
        return QRectF(
            left,
            top,
            max(1.0, self.width() - left - right),
            max(1.0, self.height() - top - bottom - _GAP_PX),
        )

    def label_width(self) -> float:
        """Return the width of the names beside the ends of the series; 0 for a single one."""
        if len(self.figure.series) < 2:
            return 0.0
        metrics = QFontMetricsF(self.font())
        widest = max(metrics.horizontalAdvance(one.name) for one in self.figure.series)
        return min(widest + 4, _MOST_LABEL_PX, self.width() / 3)

    def title_width(self) -> float:
        """Return the width that is left for the title."""
        has_tools = self._tools is not None and not self._tools.isHidden()
        return self._tools.x() if has_tools and self._tools is not None else self.width()

    def x_place(self, value: float) -> float:
        """Return the x coordinate of a place on the x axis."""
        frame, (low, high) = self.frame(), self.figure.x_range
        return frame.left() + (value - low) / (high - low) * frame.width()

    def y_place(self, value: float) -> float:
        """Return the y coordinate of a value, also of one outside of the frame."""
        frame, (low, high) = self.frame(), self.figure.y_range
        return frame.bottom() - (value - low) / (high - low) * frame.height()

    def place(self, series: int, point: MeanPoint) -> QPointF:
        """Return where a point is painted; the series are a little beside each other."""
        shift = (series - (len(self.figure.series) - 1) / 2) * _DODGE_PX
        return QPointF(self.x_place(point.x) + shift, self.y_place(point.mean))

    def point_position(self, key: int) -> QPointF:
        """Return where the point with a key is painted. Raises KeyError without one."""
        found = self.figure.find(key)
        if found is None:
            raise KeyError(key)
        return self.place(found[0], self.figure.series[found[0]].points[found[1]])

    # Moving

    def _nearest(self, at: QPointF) -> int | None:
        places = [
            (self.place(number, point), point.key)
            for number, one in enumerate(self.figure.series)
            for point in one.points
        ]
        distances = [(hypot(p.x() - at.x(), p.y() - at.y()), key) for p, key in places]
        nearest = min(distances, default=None)
        return nearest[1] if nearest is not None and nearest[0] <= _REACH_PX else None

    def _select(self, key: int | None) -> None:
        if key is not None and key != self._current:
            self.set_current(key)
            self.point_selected.emit(key)

    def _step(self, series_step: int, point_step: int) -> None:
        found = self.figure.find(self._current)
        filled = [n for n, one in enumerate(self.figure.series) if one.points]
        if not filled:
            return
        if found is None:
            self._select(self.figure.series[filled[0]].points[0].key)
            return
        number = filled[min(max(filled.index(found[0]) + series_step, 0), len(filled) - 1)]
        points = self.figure.series[number].points
        index = min(max(found[1] + point_step, 0), len(points) - 1)
        self._select(points[index].key)

    def _describe(self) -> None:
        text = self.read_out()
        if not text:
            number = len(self.figure.points())
            text = f"{number} points. The arrow keys read them." if number else self.empty_text
        self.setAccessibleDescription(text)

    def _place_tools(self) -> None:
        self._frame = None
        if self._tools is not None:
            self._tools.adjustSize()
            self._tools.move(self.width() - self._tools.width(), 0)

    def _hover(self, key: int | None) -> None:
        if key != self._hovered:
            self._hovered = key
            self.setCursor(
                Qt.CursorShape.ArrowCursor if key is None else Qt.CursorShape.PointingHandCursor
            )
            self.read.emit(self.read_out())
            self.update()

    # Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        MeanPlotPainter(self, painter).paint()
        painter.end()

    def sizeHint(self) -> QSize:
        return QSize(420, 160)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 150)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_tools()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self._frame = None  # the font may be another one

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._nearest(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._select(self._nearest(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._step(*step)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
