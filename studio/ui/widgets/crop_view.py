"""An image as large as fits, on which a rectangle is dragged and a heatmap is laid."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.canvas_overlay import heat_image
from studio.ui.widgets.crop_geometry import (
    INSIDE,
    WHOLE,
    Box,
    Handle,
    drag_box,
    find_handle,
    resize_box,
    span_box,
)
from studio.ui.widgets.image_conversion import to_qimage

KEY_STEP = 0.02  # of the image
_CORNER_PX, _HANDLE_PX, _REACH_PX, _MIN_DRAG_PX = 8, 8, 8, 4
_DIMMED = 0.62  # opacity of what covers the image outside of the rectangle
# From this magnification on, pixels stay sharp squares: smoothed they would only be a blur.
_PIXELATED_FROM = 8

_KEYBOARD_FOCUS_REASONS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)

_KEYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


@dataclass(frozen=True, eq=False)
class StagePhoto:
    """An image uint8 [H, W, 3], its clockwise rotation and the width and height that it then has.

    `corner_color` fills what a rotation leaves empty.
    """

    pixels: NDArray[np.uint8]
    degrees: float
    size: tuple[int, int]
    corner_color: tuple[int, ...] = (0, 0, 0)


@dataclass(frozen=True, eq=False)
class StageHeat:
    """A heatmap float32 [h, w] of -1..1, and the region of the rectangle that it covers.

    `region` is left, top, right and bottom in fractions of the rectangle; it may be larger.
    """

    values: NDArray[np.float32]
    region: Box


class CropView(QWidget):
    """Shows an image; a rectangle is dragged with the mouse, or moved and sized with the arrows.

    Signals: `crop_dragged(box)` during a drag, `crop_chosen(box)` when it ends and for each key,
    with left, top, right and bottom as fractions of the image, and `frame_clicked(index)`.
    """

    crop_dragged = Signal(object)
    crop_chosen = Signal(object)
    frame_clicked = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName("Image")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self._photo: StagePhoto | None = None
        self._source = QImage()
        self._scaled = QImage()
        self._box: Box = WHOLE
        self._frames: tuple[Box, ...] = ()
        self._chosen_frame = -1
        self._heat: StageHeat | None = None
        self._heat_image = QImage()
        self._opacity = 0.0
        self._pressed: QPointF | None = None
        self._handle: Handle | None = None
        self._start_box: Box = WHOLE
        self._is_dragging = False
        self._has_focus_ring = False

    # Contents

    def set_photo(self, photo: StagePhoto | None, box: Box = WHOLE) -> None:
        """Show an image and the rectangle on it."""
        old = self._photo
        if photo is None:
            self._source = QImage()
        elif old is None or old.pixels is not photo.pixels:
            self._source = to_qimage(photo.pixels.transpose(2, 0, 1))
            self._scaled = QImage()
        self._photo = photo
        if not self._is_dragging:
            self._box = box
        self._describe()
        self.update()

    def set_frames(self, frames: tuple[Box, ...], chosen: int = -1) -> None:
        """Show frames inside the rectangle, in fractions of it."""
        self._frames, self._chosen_frame = frames, chosen
        self.update()

    def set_heat(self, heat: StageHeat | None) -> None:
        """Lay a heatmap over the rectangle."""
        self._heat = heat
        self._heat_image = QImage() if heat is None else heat_image(heat.values)
        self.update()

    def set_opacity(self, opacity: float) -> None:
        """Set the opacity of the strongest value of a heatmap, 0..1."""
        self._opacity = opacity
        self.update()

    def photo(self) -> StagePhoto | None:
        """Return the image shown."""
        return self._photo

    def box(self) -> Box:
        """Return the rectangle, in fractions of the image."""
        return self._box

    def frames(self) -> tuple[Box, ...]:
        """Return the frames shown."""
        return self._frames

    def heat(self) -> StageHeat | None:
        """Return the heatmap, whatever its opacity."""
        return self._heat

    def _describe(self) -> None:
        if self._photo is None:
            self.setAccessibleDescription("empty")
            return
        width, height = self._photo.size
        left, top, right, bottom = self._box
        part = ""
        if self._box != WHOLE:
            crop_width, crop_height = round((right - left) * width), round((bottom - top) * height)
            part = f", cropped to {crop_width} by {crop_height}"
        self.setAccessibleDescription(f"{width} by {height} pixels{part}")

    # Geometry

    def image_rect(self) -> QRectF:
        """Return where the rotated image is: as large as fits, centered."""
        if self._photo is None:
            return QRectF()
        size = QSize(*self._photo.size).toSizeF()
        shown = size.scaled(self.size().toSizeF(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - shown.width()) / 2, (self.height() - shown.height()) / 2
        return QRectF(left, top, max(1.0, shown.width()), max(1.0, shown.height()))

    def box_rect(self) -> QRectF:
        """Return where the rectangle is."""
        return _place(self._box, self.image_rect())

    def frame_rect(self, index: int) -> QRectF:
        """Return where a frame is."""
        return _place(self._frames[index], self.box_rect())

    def _fractions(self, point: QPointF) -> tuple[float, float]:
        rect = self.image_rect()
        return (
            (point.x() - rect.left()) / max(rect.width(), 1),
            (point.y() - rect.top()) / max(rect.height(), 1),
        )

    def _handle_at(self, point: QPointF) -> Handle | None:
        """Return what a drag from a point moves; None where it starts a new rectangle."""
        if self._box == WHOLE:
            return None
        rect = self.image_rect()
        reach = _REACH_PX / max(rect.width(), 1), _REACH_PX / max(rect.height(), 1)
        return find_handle(self._box, *self._fractions(point), reach)

    def _frame_at(self, point: QPointF) -> int:
        for index in range(len(self._frames)):
            if self.frame_rect(index).adjusted(-4, -4, 4, 4).contains(point):
                return index
        return -1

    # Dragging

    def _drag_to(self, point: QPointF) -> None:
        assert self._pressed is not None
        start, end = self._fractions(self._pressed), self._fractions(point)
        if self._handle is None:
            self._box = span_box(start, end)
        else:
            self._box = drag_box(
                self._start_box, self._handle, end[0] - start[0], end[1] - start[1]
            )
        self._show_box()
        self.crop_dragged.emit(self._box)

    def _show_box(self) -> None:
        self.set_frames(())
        self.set_heat(None)  # that of another crop
        self._describe()

    def _end_drag(self, point: QPointF) -> None:
        was_dragging, self._is_dragging = self._is_dragging, False
        self._pressed = None
        if was_dragging:
            self.crop_chosen.emit(self._box)
        elif (frame := self._frame_at(point)) >= 0:
            self.frame_clicked.emit(frame)

    # Painting

    def _paint_photo(self, painter: QPainter, photo: StagePhoto, rect: QRectF) -> None:
        factor = rect.width() / photo.size[0]
        ratio = self.devicePixelRatioF()
        pixelated = factor >= _PIXELATED_FROM
        if photo.degrees:
            painter.fillRect(rect, QColor(*photo.corner_color))
        painter.save()
        painter.setClipRect(rect)
        painter.translate(rect.center())
        painter.rotate(photo.degrees)
        shown = self._source.size().toSizeF() * factor
        target = QRectF(-shown.width() / 2, -shown.height() / 2, shown.width(), shown.height())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not pixelated)
        painter.drawImage(target, self._source if pixelated else self._fitted(shown * ratio))
        painter.restore()

    def _fitted(self, size: QSizeF) -> QImage:
        """Return the image smoothly reduced; painting alone would leave out pixels."""
        wanted = size.toSize().expandedTo(QSize(1, 1))
        if wanted.width() >= self._source.width():
            return self._source
        if self._scaled.size() != wanted:
            smooth = Qt.TransformationMode.SmoothTransformation
            self._scaled = self._source.scaled(wanted, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
        return self._scaled

    def _paint_heat(self, painter: QPainter, box: QRectF) -> None:
        if self._heat is None or self._opacity == 0:
            return
        painter.save()
        painter.setClipRect(box, Qt.ClipOperation.IntersectClip)
        painter.setOpacity(self._opacity)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(_place(self._heat.region, box), self._heat_image)
        painter.restore()

    def _paint_crop(self, painter: QPainter, rect: QRectF, box: QRectF) -> None:
        outside = QPainterPath()
        outside.addRect(rect)
        inside = QPainterPath()
        inside.addRect(box)
        colors = theme_colors.current()
        cover = QColor(colors.background)
        cover.setAlphaF(_DIMMED)
        painter.fillPath(outside.subtracted(inside), cover)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        _outline(painter, box, QColor(colors.accent), 2)
        painter.setBrush(QColor(colors.surface))
        painter.setPen(QPen(QColor(colors.accent), 1.5))
        for corner in (box.topLeft(), box.topRight(), box.bottomLeft(), box.bottomRight()):
            handle = QRectF(0, 0, _HANDLE_PX, _HANDLE_PX)
            handle.moveCenter(corner)
            painter.drawRect(handle)

    def _paint_frames(self, painter: QPainter) -> None:
        colors = theme_colors.current()
        for index in range(len(self._frames)):
            is_chosen = index == self._chosen_frame
            color = QColor(colors.accent if is_chosen else colors.muted)
            rect = self.frame_rect(index).adjusted(-3, -3, 3, 3)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            _outline(painter, rect, color, 3 if is_chosen else 1.5)

    # Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = theme_colors.current()
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.surface))
        painter.drawRoundedRect(frame, _CORNER_PX, _CORNER_PX)
        if self._photo is not None:
            corners = QPainterPath()
            corners.addRoundedRect(frame, _CORNER_PX, _CORNER_PX)
            painter.save()
            painter.setClipPath(corners)
            rect, box = self.image_rect(), self.box_rect()
            self._paint_photo(painter, self._photo, rect)
            self._paint_heat(painter, box)
            if self._box != WHOLE:
                self._paint_crop(painter, rect, box)
            self._paint_frames(painter)
            painter.restore()
        has_focus = self._has_focus_ring
        width = 2 if has_focus else 1
        painter.setPen(QPen(QColor(colors.accent if has_focus else colors.border), width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame, _CORNER_PX, _CORNER_PX)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._photo is not None:
            self._pressed = event.position()
            self._handle = self._handle_at(event.position())
            self._start_box = self._box

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position()
        if self._pressed is None:
            self._show_cursor(point)
            return
        moved = (point - self._pressed).manhattanLength()
        self._is_dragging = self._is_dragging or moved >= _MIN_DRAG_PX
        if self._is_dragging:
            self._drag_to(point)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._pressed is not None:
            self._end_drag(event.position())

    def _show_cursor(self, point: QPointF) -> None:
        handle = self._handle_at(point)
        shape = Qt.CursorShape.CrossCursor
        if self._frame_at(point) >= 0:
            shape = Qt.CursorShape.PointingHandCursor
        elif handle == INSIDE:
            shape = Qt.CursorShape.SizeAllCursor
        elif handle is not None:
            across, down = handle.left or handle.right, handle.top or handle.bottom
            if across and down:
                falls = handle.left == handle.top
                shape = Qt.CursorShape.SizeFDiagCursor if falls else Qt.CursorShape.SizeBDiagCursor
            else:
                shape = Qt.CursorShape.SizeHorCursor if across else Qt.CursorShape.SizeVerCursor
        self.setCursor(shape)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _KEYS.get(Qt.Key(event.key()))
        if step is None or self._photo is None:
            super().keyPressEvent(event)
            return
        dx, dy = step[0] * KEY_STEP, step[1] * KEY_STEP
        sizes = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        box = resize_box(self._box, dx, dy) if sizes else drag_box(self._box, INSIDE, dx, dy)
        if box != self._box:
            self._box = box
            self._show_box()
            self.crop_chosen.emit(box)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._has_focus_ring = event.reason() in _KEYBOARD_FOCUS_REASONS

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._has_focus_ring = False

    def sizeHint(self) -> QSize:
        return QSize(480, 480)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 120)


def _place(box: Box, rect: QRectF) -> QRectF:
    """Return a rectangle in fractions of another one in its pixels."""
    left, top, right, bottom = box
    return QRectF(
        rect.left() + left * rect.width(),
        rect.top() + top * rect.height(),
        (right - left) * rect.width(),
        (bottom - top) * rect.height(),
    )


def _outline(painter: QPainter, rect: QRectF, color: QColor, width: float) -> None:
    """Draw a rectangle that is visible on light and on dark images."""
    painter.setPen(QPen(QColor(255, 255, 255, 200), width + 2))
    painter.drawRoundedRect(rect, 2, 2)
    painter.setPen(QPen(color, width))
    painter.drawRoundedRect(rect, 2, 2)
