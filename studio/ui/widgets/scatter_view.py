"""A scatter plot of up to some ten thousand points that can be panned, zoomed and selected from."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEasingCurve, QEvent, QPointF, QRectF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.scatter_geometry import ScatterGeometry, nearest_point, next_point
from studio.ui.widgets.scatter_points import NO_POINTS, ScatterPoints, columns
from studio.ui.widgets.scatter_raster import PADDING, ScatterRaster, point_radius

MOVE_MS = 600  # from one layout to the next: long enough to follow a group
HIT_PX, DRAG_PX = 8, 4
_WHEEL_ZOOM, _KEY_ZOOM = 1.2, 1.5
_PAN_PX = 60
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class ScatterView(QWidget):
    """Shows points in -1..1 in both directions, and a selection of them.

    Dragging pans, or draws a lasso with Shift or `set_lasso`; the wheel zooms, a double click shows
    all. Arrow keys move from point to point, with Ctrl they pan. Signals: `hovered(index)` with the
    point below the mouse or chosen by a key, or -1; `selected(indices)` with int64 [n] after every
    change of the selection by the user.
    """

    hovered = Signal(int)
    selected = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points = ScatterPoints()
        self._paint_order = NO_POINTS
        self._ordered = self._points.positions  # in the order of painting
        self._start = self._target = self._points.positions  # of a move
        self._raster, self._geometry = ScatterRaster(), ScatterGeometry(1, 1)
        self._current = -1
        self._has_lasso = False
        self._lasso: list[QPointF] = []
        self._pressed: QPointF | None = None
        self._is_panning = False
        self._motion = QVariantAnimation(self, startValue=0.0, endValue=1.0, duration=MOVE_MS)
        self._motion.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._motion.valueChanged.connect(self._move_to)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)

    # Points

    def set_points(self, positions: NDArray[np.float32], colors: NDArray[np.uint8]) -> None:
        """Show points [N, 2] in -1..1 with RGB colors uint8 [N, 3], without a selection."""
        self._motion.stop()
        self._points.reset(positions, colors)
        self._target, self._current = self._points.positions, -1
        self._geometry = ScatterGeometry(self.width(), self.height())
        self._update_colors()
        self._describe()

    def set_colors(self, colors: NDArray[np.uint8], order: NDArray[np.int64] | None = None) -> None:
        """Change the colors; `order` [N] lists the points from the back to the front."""
        self._points.set_colors(colors, order)
        self._update_colors()

    def move_points(self, positions: NDArray[np.float32]) -> None:
        """Move the points to other positions [N, 2], at once if the system disables animations."""
        self._motion.stop()
        self._start, self._target = self._points.positions, columns(positions)
        duration = self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self)
        if duration and self.isVisible():
            self._motion.start()
        else:
            self._move_to(1.0)

    def positions(self) -> NDArray[np.float32]:
        """Return the positions shown, or moved to, float32 [N, 2]."""
        return self._target.T.copy()

    def highlight(self, mask: NDArray[np.bool_] | None) -> None:
        """Show only some points in full color, a mask bool [N]; None for all or the selection."""
        self._points.highlighted = mask
        self._update_colors()

    # Selection

    def selection(self) -> NDArray[np.int64]:
        """Return the selected points, increasing, int64 [n]."""
        return self._points.selection

    def select(self, indices: NDArray[np.int64]) -> None:
        """Select points, without emitting `selected`."""
        self._points.selection = np.sort(np.asarray(indices, np.int64))
        self._describe()
        self._update_colors()

    def set_lasso(self, active: bool) -> None:
        """Let dragging draw a lasso instead of panning."""
        self._has_lasso = active
        self._lasso = []
        self.setCursor(Qt.CursorShape.CrossCursor if active else Qt.CursorShape.ArrowCursor)

    def _select_by_user(self, indices: NDArray[np.int64]) -> None:
        self.select(indices)
        self.selected.emit(self.selection())

    def _points_inside(self, outline: list[QPointF]) -> NDArray[np.int64]:
        """Return the points inside a polygon of the widget, found in an image of the polygon."""
        mask = QImage(self.size(), QImage.Format.Format_Grayscale8)
        mask.fill(0)
        painter = QPainter(mask)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.GlobalColor.white)
        painter.drawPolygon(QPolygonF(outline), Qt.FillRule.WindingFill)
        painter.end()
        pixels = np.frombuffer(mask.constBits(), np.uint8).reshape(mask.height(), -1)
        x, y, inside = self._visible_cells()
        inside[inside] = pixels[y[inside], x[inside]] > 0
        return np.flatnonzero(inside).astype(np.int64)

    def _visible_cells(self) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.bool_]]:
        """Return the pixels of all points, [N] each, and which of them are in the widget."""
        x, y = np.floor(self._geometry.to_pixels(self._points.positions)).astype(np.intp)
        return x, y, (x >= 0) & (x < self.width()) & (y >= 0) & (y < self.height())

    # View

    def point_position(self, index: int) -> QPointF:
        """Return where a point is shown."""
        x, y = self._geometry.to_pixels(self._points.positions[:, index : index + 1])[:, 0].tolist()
        return QPointF(x, y)

    def point_at(self, place: QPointF) -> int:
        """Return the point shown at a place of the widget, or -1."""
        pixels = self._geometry.to_pixels(self._points.positions)
        return nearest_point(pixels, place.x(), place.y(), HIT_PX)

    def current(self) -> int:
        """Return the point below the mouse or chosen by a key, or -1."""
        return self._current

    def zoom(self) -> float:
        """Return the magnification, 1 where all points fit."""
        return self._geometry.zoom

    def zoom_in(self) -> None:
        """Enlarge around the middle."""
        self._zoom_by(_KEY_ZOOM, self.rect().center().toPointF())

    def zoom_out(self) -> None:
        """Show more around the middle."""
        self._zoom_by(1 / _KEY_ZOOM, self.rect().center().toPointF())

    def show_all(self) -> None:
        """Show all points."""
        self._show(ScatterGeometry(self.width(), self.height()))

    def pan(self, dx: float, dy: float) -> None:
        """Move the points by pixels."""
        self._show(self._geometry.panned(dx, dy))

    def _zoom_by(self, factor: float, place: QPointF) -> None:
        self._show(self._geometry.zoomed(factor, place.x(), place.y()))

    def _show(self, geometry: ScatterGeometry) -> None:
        self._geometry = geometry
        self._set_current(-1)
        self.update()

    def _set_current(self, index: int) -> None:
        if index != self._current:
            self._current = index
            self.hovered.emit(index)
            self.update()

    def _move_to(self, fraction: float) -> None:
        moved = self._start + np.float32(fraction) * (self._target - self._start)
        self._points.positions = self._target if fraction == 1 else moved
        self._ordered = np.take(self._points.positions, self._paint_order, axis=1)
        self._set_current(-1)
        self.update()

    def _describe(self) -> None:
        texts = [f"{self._points.count:,} points"]
        if len(self.selection()):
            texts.append(f"{len(self.selection()):,} selected")
        self.setAccessibleDescription(", ".join(texts))

    # Painting

    def _update_colors(self) -> None:
        surface = QColor(theme_colors.current().surface)
        background = np.array([surface.red(), surface.green(), surface.blue()], np.uint8)
        self._paint_order = self._points.paint_order()
        self._ordered = np.take(self._points.positions, self._paint_order, axis=1)
        self._raster.set_colors(*self._points.painted_colors(background))
        self.update()

    def _paint_points(self, painter: QPainter) -> None:
        ratio = self.devicePixelRatioF()
        pixels = self._geometry.to_pixels(self._ordered)
        size = (max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))
        background = 0xFF000000 | int(theme_colors.current().surface[1:], 16)
        radius = point_radius(pixels.shape[1], self._geometry.zoom, ratio)
        pixels = pixels if ratio == 1 else pixels * np.float32(ratio)
        buffer = self._raster.paint(size, background, pixels, radius)
        height, width = buffer.shape
        image = QImage(buffer.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        painter.drawImage(QPointF(-PADDING / ratio, -PADDING / ratio), image)

    def _paint_current(self, painter: QPainter) -> None:
        if self._current < 0:
            return
        painter.setPen(QPen(QColor(theme_colors.current().text), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(self.point_position(self._current), 6, 6)

    def _paint_lasso(self, painter: QPainter) -> None:
        if not self._lasso:
            return
        color = QColor(theme_colors.current().accent)
        painter.setPen(QPen(color, 1.5))
        color.setAlphaF(0.12)
        painter.setBrush(color)
        painter.drawPolygon(QPolygonF(self._lasso))

    def _paint_focus(self, painter: QPainter) -> None:
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme_colors.current().accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    # Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint_points(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_lasso(painter)
        self._paint_current(painter)
        self._paint_focus(painter)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._geometry = self._geometry.resized(self.width(), self.height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._update_colors()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._pressed, self._is_panning = event.position(), False
        with_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._lasso = [event.position()] if self._has_lasso or with_shift else []

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            self._set_current(self.point_at(event.position()))
        elif self._lasso:
            self._lasso.append(event.position())
            self._set_current(-1)
            self.update()
        else:
            self._pan_to(event.position(), self._pressed)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        lasso, self._lasso, self._pressed = self._lasso, [], None
        if len(lasso) > 2:
            self._select_by_user(self._points_inside(lasso))
        elif not self._is_panning:
            index = self.point_at(event.position())
            self._select_by_user(NO_POINTS if index < 0 else np.array([index], np.int64))
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.show_all()

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120
        self._zoom_by(_WHEEL_ZOOM**steps, event.position())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._set_current(-1)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._set_current(-1)
        self.update()

    def event(self, event: QEvent) -> bool:
        # Escape is left to the window where there is nothing to clear.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_used = bool(self._lasso) or len(self.selection()) > 0
            event.setAccepted(event.key() == Qt.Key.Key_Escape and is_used)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        with_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in _ARROWS:
            self._follow_arrow(_ARROWS[key], with_ctrl)
        elif not self._handle_key(key, with_ctrl):
            super().keyPressEvent(event)

    def _handle_key(self, key: Qt.Key, with_ctrl: bool) -> bool:
        match key:
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom_in()
            case Qt.Key.Key_Minus:
                self.zoom_out()
            case Qt.Key.Key_Home | Qt.Key.Key_0:
                self.show_all()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space if self._current >= 0:
                self._select_by_user(np.array([self._current], np.int64))
            case Qt.Key.Key_A if with_ctrl:
                self._select_by_user(np.flatnonzero(self._visible_cells()[2]))
            case Qt.Key.Key_Escape if self._lasso or len(self.selection()):
                self._lasso, self._pressed = [], None
                self._select_by_user(NO_POINTS)
            case _:
                return False
        return True

    def _follow_arrow(self, direction: tuple[int, int], with_ctrl: bool) -> None:
        if with_ctrl:
            self.pan(-_PAN_PX * direction[0], -_PAN_PX * direction[1])
            return
        pixels = self._geometry.to_pixels(self._points.positions)
        if self._current < 0:
            middle = self.rect().center()
            self._set_current(nearest_point(pixels, middle.x(), middle.y(), np.inf))
        elif (found := next_point(pixels, self._current, direction)) >= 0:
            self._set_current(found)

    def _pan_to(self, place: QPointF, pressed: QPointF) -> None:
        moved = place - pressed
        if self._is_panning or moved.manhattanLength() > DRAG_PX:
            self._is_panning, self._pressed = True, place
            self.pan(moved.x(), moved.y())
