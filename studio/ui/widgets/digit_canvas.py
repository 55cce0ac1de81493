"""A canvas to draw on with mouse, tablet or finger, which returns the drawing as an array."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QTabletEvent
from PySide6.QtWidgets import QWidget

from studio.ui.widgets import theme_colors, transform
from studio.ui.widgets.canvas_painter import pen_cursor
from studio.ui.widgets.canvas_view import CanvasView
from studio.ui.widgets.stroke_painter import curves_rect
from studio.ui.widgets.strokes import Background, HistorySnapshot, Tool
from studio.ui.widgets.tablet_pen import is_eraser_end, relative_width
from studio.ui.widgets.transform import Transform

# Fractions of the side. A digit of usual size drawn with the default is as thick as in MNIST.
MIN_PEN_WIDTH, MAX_PEN_WIDTH, DEFAULT_PEN_WIDTH, PEN_WIDTH_STEP = 0.01, 0.14, 0.06, 0.01
ERASER_FACTOR = 2.0

# By how much a key moves the drawing, alone and with Shift, and scales and rotates it.
NUDGE, LARGE_NUDGE = 0.01, 0.05
ZOOM_FACTOR, ROTATION_DEGREES = 1.1, 5.0

_DIRECTIONS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class DigitCanvas(CanvasView):
    """A square canvas for drawing digits, and for showing photos.

    The width of a stroke follows the pressure of a tablet pen, whose other end erases. The arrow
    keys move the drawing.

    Signals: `changed()` after every change of the image, `stroke_started()` and
    `stroke_finished()`, `tool_changed(tool)` with "pen" or "eraser", and `pen_width_changed(width)`
    with a fraction of the side.
    """

    changed = Signal()
    stroke_started = Signal()
    stroke_finished = Signal()
    tool_changed = Signal(str)
    pen_width_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("digit_canvas")
        self.setAccessibleName("Drawing canvas")
        self.setToolTip("Draw with the left button; the right button erases")
        self._tool: Tool = "pen"
        self._width = DEFAULT_PEN_WIDTH
        self._draws_with_tablet = False

    # Tools

    @property
    def tool(self) -> Tool:
        """The tool of the left mouse button."""
        return self._tool

    def set_tool(self, tool: Tool) -> None:
        """Set the tool of the left mouse button."""
        if tool != self._tool:
            self._tool = tool
            self._update_cursor()
            self.tool_changed.emit(tool)

    @property
    def pen_width(self) -> float:
        """The width of the pen as a fraction of the side."""
        return self._width

    def set_pen_width(self, width: float) -> None:
        """Set the width of the pen, clamped to its range; the eraser is twice as wide."""
        width = min(max(width, MIN_PEN_WIDTH), MAX_PEN_WIDTH)
        if width != self._width:
            self._width = width
            self._update_cursor()
            self.pen_width_changed.emit(width)

    def narrow_pen(self) -> None:
        """Make the pen one step narrower."""
        self.set_pen_width(self._width - PEN_WIDTH_STEP)

    def widen_pen(self) -> None:
        """Make the pen one step wider."""
        self.set_pen_width(self._width + PEN_WIDTH_STEP)

    # History

    @property
    def can_undo(self) -> bool:
        """Whether there is something to undo."""
        return self._drawing.history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is something to redo."""
        return self._drawing.history.can_redo

    def undo(self) -> None:
        """Undo the last stroke, movement, clearing or image."""
        self._finish_stroke()
        self._drawing.undo()
        self._on_replaced()

    def redo(self) -> None:
        """Redo what was undone last."""
        self._finish_stroke()
        self._drawing.redo()
        self._on_replaced()

    def prepend(self, earlier: HistorySnapshot) -> None:
        """Put an earlier drawing with its history below what is on the canvas."""
        self._drawing.prepend(earlier)
        self._on_replaced()

    # Contents

    def clear(self) -> None:
        """Clear the canvas, which `undo` reverts."""
        self._finish_stroke()
        if not self._drawing.is_blank():
            self._drawing.set_background(Background())
            self._on_replaced()

    def set_image(
        self,
        drawing: NDArray[np.uint8],
        photo: NDArray[np.uint8] | None = None,
        origin: object = None,
    ) -> None:
        """Replace the drawing by an image, scaled to fit.

        `drawing` is the image as strokes, uint8 [H, W], 255 = stroke, and can be drawn on; `photo`
        is the image itself, uint8 [H, W, 3], which a drawing replaces. `origin` is returned by the
        property of that name until something is drawn.
        """
        self._finish_stroke()
        self._drawing.set_background(Background(drawing, photo, origin))
        self._on_replaced()

    def show_photos(self, shown: bool, hint: str) -> None:
        """Show images as photos or as drawings; `hint` is the text on an empty canvas.

        The hint to draw is only shown until a first stroke was drawn.
        """
        if shown != self._shows_photos:  # a model that loads meanwhile must not end a stroke
            self._finish_stroke()
        self._shows_photos = shown
        self._hint.text = hint
        self._show_hint()
        self._describe()
        self.update()

    # Moving the drawing

    @property
    def can_transform(self) -> bool:
        """Whether there is a drawing that can be moved, scaled and rotated."""
        return self.photo() is None and self._drawing.box() is not None

    def nudge(self, right: float, down: float, is_continued: bool = False) -> None:
        """Move the drawing by fractions of the side.

        What a held key does, with `is_continued`, is undone together.
        """
        self._transform(transform.move(right, down), is_continued)

    def center(self) -> None:
        """Move the drawing to the middle of the canvas."""
        self._finish_stroke()
        if (box := self._drawing.box()) is not None:
            x, y = box.center
            self._transform(transform.move(0.5 - x, 0.5 - y))

    def zoom_in(self) -> None:
        """Make the drawing one step larger."""
        self.zoom(ZOOM_FACTOR)

    def zoom_out(self) -> None:
        """Make the drawing one step smaller."""
        self.zoom(1 / ZOOM_FACTOR)

    def zoom(self, factor: float) -> None:
        """Scale the drawing about its center, with the width of its strokes."""
        self._finish_stroke()
        if (box := self._drawing.box()) is not None:
            self._transform(transform.scale(factor, box.center))

    def rotate_left(self) -> None:
        """Rotate the drawing one step counterclockwise."""
        self.rotate(-ROTATION_DEGREES)

    def rotate_right(self) -> None:
        """Rotate the drawing one step clockwise."""
        self.rotate(ROTATION_DEGREES)

    def rotate(self, degrees: float) -> None:
        """Rotate the drawing clockwise about its middle."""
        self._finish_stroke()
        if self._drawing.box() is not None:
            self._transform(self._drawing.rotation(degrees))

    def _transform(self, change: Transform, is_continued: bool = False) -> None:
        self._finish_stroke()
        if self.photo() is None and self._drawing.transform(change, is_continued):
            self._on_replaced()

    # Strokes

    def _start_stroke(self, position: QPointF, tool: Tool, width: float = 1.0) -> None:
        self._finish_stroke()
        replaces_photo = self.photo() is not None
        if replaces_photo and tool == "eraser":  # there is nothing to erase
            return
        self._drawing.start_stroke(tool, self._tool_width(tool), replaces_photo)
        if replaces_photo:
            self.update()
        self._hint.fade_out()
        self.stroke_started.emit()
        self._extend_stroke(position, width)

    def _extend_stroke(self, position: QPointF, width: float = 1.0) -> None:
        """Extend the stroke and repaint only the changed part."""
        segments = self._drawing.extend_stroke(self._to_fractions(position), width)
        if segments and self._drawing.stroke is not None:
            changed = curves_rect(self._drawing.stroke, segments, self._square())
            self.update(changed.toAlignedRect())
            self.changed.emit()

    def _finish_stroke(self) -> None:
        self._draws_with_tablet = False
        if self._drawing.finish_stroke():
            self._has_drawn = True
            self._describe()
            self.changed.emit()
            self.stroke_finished.emit()

    def _on_replaced(self) -> None:
        self._show_hint()
        self._describe()
        self.update()
        self.changed.emit()

    def _tool_width(self, tool: Tool) -> float:
        return self._width * (ERASER_FACTOR if tool == "eraser" else 1)

    def _fit_screen(self) -> None:
        super()._fit_screen()
        self._update_cursor()

    def _update_cursor(self) -> None:
        diameter = self._tool_width(self._tool) * self._square().width()
        self.setCursor(pen_cursor(diameter, theme_colors.current(), self.devicePixelRatioF()))

    # Qt

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._draws_with_tablet:  # some systems report the pen as a mouse too
            return
        if event.button() == Qt.MouseButton.LeftButton:
            self._start_stroke(event.position(), self._tool)
        elif event.button() == Qt.MouseButton.RightButton:
            self._start_stroke(event.position(), "eraser")

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._draws_with_tablet:
            self._extend_stroke(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._draws_with_tablet and event.buttons() == Qt.MouseButton.NoButton:
            self._finish_stroke()

    def tabletEvent(self, event: QTabletEvent) -> None:
        """Draw with a pen; an event that is accepted does not come again as a mouse event."""
        match event.type():
            case QEvent.Type.TabletPress:
                self._press_tablet_pen(event)
            case QEvent.Type.TabletMove if self._draws_with_tablet:
                self._extend_stroke(event.position(), relative_width(event))
            case QEvent.Type.TabletRelease if self._draws_with_tablet:
                if event.buttons() == Qt.MouseButton.NoButton:
                    self._finish_stroke()
            case _:  # a pen above the tablet moves the cursor as the mouse does
                event.ignore()
                return
        event.accept()

    def _press_tablet_pen(self, event: QTabletEvent) -> None:
        is_tip = event.button() == Qt.MouseButton.LeftButton and not is_eraser_end(event)
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        tool = self._tool if is_tip else "eraser"
        self._start_stroke(event.position(), tool, relative_width(event))
        self._draws_with_tablet = True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the drawing by the arrow keys; what a held key does is one step of the history."""
        direction = _DIRECTIONS.get(event.key())
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        is_shifted = modifiers == Qt.KeyboardModifier.ShiftModifier
        if direction is None or not (is_shifted or modifiers == Qt.KeyboardModifier.NoModifier):
            super().keyPressEvent(event)
            return
        step = LARGE_NUDGE if is_shifted else NUDGE
        self.nudge(direction[0] * step, direction[1] * step, event.isAutoRepeat())
