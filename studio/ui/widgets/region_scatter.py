"""A scatter plot of many points in two fixed ranges, divided into regions."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.region_frame import Axis, Line, RegionFrame, RegionLabel
from studio.ui.widgets.scatter_image import ScatterPoints, ScatterRequest

_HIT_PX = 14
_KEYS = {
    Qt.Key.Key_Left: ("x", -1),
    Qt.Key.Key_Right: ("x", 1),
    Qt.Key.Key_Down: ("y", -1),
    Qt.Key.Key_Up: ("y", 1),
}


class RegionScatter(QWidget):
    """Shows points; each is drawn once into an image, which another thread computes.

    `render_wanted` carries a `ScatterRequest`, answered by `set_image`. `hovered` carries a point
    or -1, `point_chosen` a clicked one or that reached by an arrow key, `points_selected` those in
    a dragged rectangle, int64 [n]; `opened` one by Return or a double click. `colors` returns
    "#RRGGBB" for each group of points.
    """

    render_wanted = Signal(object)
    hovered = Signal(int)
    point_chosen = Signal(int)
    points_selected = Signal(object)
    opened = Signal(int)

    def __init__(
        self, x_axis: Axis, y_axis: Axis, colors: Callable[[], Sequence[str]], name: str
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self._frame, self._colors = RegionFrame(x_axis, y_axis), colors
        self._points: ScatterPoints | None = None
        self._orders: dict[str, NDArray[np.int64]] = {}
        self._request: ScatterRequest | None = None
        self._image: QImage | None = None
        self._hovered = self._current = -1
        self._pressed: QPointF | None = None
        self._rectangle = QRectF()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def set_regions(self, lines: Sequence[Line], labels: Sequence[RegionLabel]) -> None:
        """Set the lines between the regions and their names, in the units of the axes."""
        self._frame.lines, self._frame.labels = lines, labels
        self.update()

    def set_points(
        self,
        x: NDArray[np.float32],
        y: NDArray[np.float32],
        groups: NDArray[np.int8],
        crossed: tuple[int, ...] = (),
    ) -> None:
        """Replace the points: x, y [n] in the units of the axes, groups [n]."""
        axes = (self._frame.x_axis, x), (self._frame.y_axis, y)
        x, y = (((v - axis.low) / (axis.high - axis.low)).clip(0, 1) for axis, v in axes)
        self._points = ScatterPoints(x, y, groups, crossed)
        self._orders = {}
        self._image = self._request = None
        self._hovered = self._current = -1
        self._request_image()
        self.update()

    def clear(self) -> None:
        """Remove all points."""
        self._points = self._image = self._request = None
        self._hovered = self._current = -1
        self.update()

    def set_image(self, request: ScatterRequest, pixels: NDArray[np.uint32]) -> None:
        """Show the image of a request, unless a newer one is on its way."""
        if request is not self._request:
            return
        height, width = pixels.shape
        image_format = QImage.Format.Format_ARGB32_Premultiplied
        self._image = QImage(pixels.data, width, height, 4 * width, image_format).copy()
        self.update()

    def has_image(self) -> bool:
        """Whether the points are drawn."""
        return self._image is not None

    def current(self) -> int:
        """Return the chosen point, -1 if there is none."""
        return self._current

    def set_current(self, index: int) -> None:
        """Mark a point, without a signal."""
        self._current = index
        self.update()

    def point_position(self, index: int) -> QPointF:
        """Return where a point is, in widget coordinates."""
        assert self._points is not None
        return self._frame.at(float(self._points.x[index]), float(self._points.y[index]))

    def _request_image(self) -> None:
        if self._points is None or not self.isVisible():
            return
        ratio, rect = self.devicePixelRatioF(), self._frame.rect
        self._request = ScatterRequest(
            self._points,
            tuple(self._colors()),
            max(1, round(rect.width() * ratio)),
            max(1, round(rect.height() * ratio)),
            ratio,
        )
        self.render_wanted.emit(self._request)

    # Points

    def _nearest(self, at: QPointF) -> int:
        """Return the point nearest to a place, -1 if none is near."""
        if self._points is None or not len(self._points.x):
            return -1
        rect, (x, y) = self._frame.rect, self._frame.fractions(at)
        dx = (self._points.x - np.float32(x)) * np.float32(rect.width())
        dy = (self._points.y - np.float32(y)) * np.float32(rect.height())
        distance = dx * dx + dy * dy
        nearest = int(distance.argmin())
        return nearest if distance[nearest] <= _HIT_PX**2 else -1

    def _points_inside(self, rect: QRectF) -> NDArray[np.int64]:
        if self._points is None:
            return np.empty(0, np.int64)
        left, top = self._frame.fractions(rect.topLeft())
        right, bottom = self._frame.fractions(rect.bottomRight())
        x, y = self._points.x, self._points.y
        return np.flatnonzero((x >= left) & (x <= right) & (y >= bottom) & (y <= top))

    def _neighbor(self, axis: str, step: int) -> int:
        """Return the next point along an axis, in the order of its values."""
        assert self._points is not None
        if axis not in self._orders:
            values = self._points.x if axis == "x" else self._points.y
            self._orders[axis] = np.argsort(values, kind="stable")
        order = self._orders[axis]
        if self._current < 0:
            return int(order[0 if step > 0 else -1])
        place = int(np.flatnonzero(order == self._current)[0]) + step
        return int(order[min(max(place, 0), len(order) - 1)])

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._frame.paint(painter)
        if self._image is not None:
            painter.drawImage(self._frame.rect, self._image)
        for index, width in ((self._hovered, 1.5), (self._current, 2.5)):
            if index >= 0:
                painter.setPen(QPen(QColor(theme_colors.current().text), width))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(self.point_position(index), 6, 6)
        self._paint_rectangle(painter)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme_colors.current().accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 7, 7)

    def _paint_rectangle(self, painter: QPainter) -> None:
        if self._rectangle.isEmpty():
            return
        accent = QColor(theme_colors.current().accent)
        painter.setPen(QPen(accent, 1))
        fill = QColor(accent)
        fill.setAlpha(40)
        painter.setBrush(fill)
        painter.drawRect(self._rectangle)

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(640, 420)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 140)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._request_image()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._frame.set_size(self.width(), self.height())
        self._request_image()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._request_image()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._pressed is None:
            self._set_hovered(self._nearest(at))
            return
        distance = (at - self._pressed).manhattanLength()
        if distance >= QApplication.startDragDistance() or not self._rectangle.isEmpty():
            self._rectangle = QRectF(self._pressed, at).normalized() & QRectF(self.rect())
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        rectangle, self._rectangle, self._pressed = self._rectangle, QRectF(), None
        self.update()
        if rectangle.isEmpty():
            self._choose(self._nearest(event.position()))
        elif (inside := self._points_inside(rectangle)).size:
            self.points_selected.emit(inside)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if (nearest := self._nearest(event.position())) >= 0:
            self.opened.emit(nearest)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._set_hovered(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        has_points = self._points is not None and len(self._points.x) > 0
        if key in _KEYS and has_points:
            self._choose(self._neighbor(*_KEYS[key]))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._current >= 0:
            self.opened.emit(self._current)
        elif key == Qt.Key.Key_Escape and not self._rectangle.isEmpty():
            self._rectangle, self._pressed = QRectF(), None
            self.update()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _set_hovered(self, index: int) -> None:
        if index != self._hovered:
            self._hovered = index
            self.hovered.emit(index)
            self.update()

    def _choose(self, index: int) -> None:
        if index >= 0:
            self.set_current(index)
            self.point_chosen.emit(index)
