"""A canvas to draw on with pen and eraser, which returns the drawing as an array."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.canvas_drawing import Drawing, curves_rect
from studio.ui.widgets.canvas_overlay import CanvasOverlay
from studio.ui.widgets.canvas_painter import (
    PhotoPainter,
    paint_background,
    paint_border,
    paint_drawing,
    pen_cursor,
)
from studio.ui.widgets.fading_hint import FadingHint
from studio.ui.widgets.strokes import Background, HistorySnapshot, Point, Tool

# Fractions of the side. A digit of usual size drawn with the default is as thick as in MNIST.
MIN_PEN_WIDTH, MAX_PEN_WIDTH, DEFAULT_PEN_WIDTH, PEN_WIDTH_STEP = 0.01, 0.14, 0.06, 0.01
ERASER_FACTOR = 2.0

_KEYBOARD_FOCUS_REASONS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class DigitCanvas(QWidget):
    """A square canvas for drawing digits with the mouse, and for showing photos.

    `image()` has the same resolution at every size of the widget, at least 200 x 200 px. Strokes
    are kept as points, so that nothing is lost when the widget grows.

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
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._drawing = Drawing()
        self._tool: Tool = "pen"
        self._width = DEFAULT_PEN_WIDTH
        self._has_focus_ring = False
        self._shows_photos = False
        self._photo_painter = PhotoPainter()
        self.overlay = CanvasOverlay()
        self._hint = FadingHint("Draw a digit", self)

    # Contents

    def image(self) -> NDArray[np.uint8]:
        """Return the drawing, uint8 [280, 280], 255 = stroke, 0 = background."""
        return self._drawing.image()

    def is_blank(self) -> bool:
        """Return whether the canvas is empty."""
        return self._drawing.is_blank()

    def photo(self) -> NDArray[np.uint8] | None:
        """Return the photo shown, uint8 [H, W, 3]; None if a drawing is shown."""
        background = self._drawing.bare_background
        return background.photo if background is not None and self._shows_photos else None

    @property
    def origin(self) -> object:
        """The origin passed to `set_image`; None once something is drawn."""
        background = self._drawing.bare_background
        return background.origin if background is not None else None

    @property
    def can_undo(self) -> bool:
        """Whether there is something to undo."""
        return self._drawing.history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is something to redo."""
        return self._drawing.history.can_redo

    def snapshot(self) -> HistorySnapshot:
        """Return all strokes and images with what was undone, for `prepend` of another canvas."""
        return self._drawing.snapshot()

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

    # Changes

    def undo(self) -> None:
        """Undo the last stroke, clearing or image."""
        self._finish_stroke()
        self._drawing.undo()
        self._on_replaced()

    def redo(self) -> None:
        """Redo what was undone last."""
        self._finish_stroke()
        self._drawing.redo()
        self._on_replaced()

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

    def prepend(self, earlier: HistorySnapshot) -> None:
        """Put an earlier drawing with its history below what is on the canvas."""
        self._drawing.prepend(earlier)
        self._on_replaced()

    def show_photos(self, shown: bool, hint: str) -> None:
        """Show images as photos or as drawings; `hint` is the text on an empty canvas."""
        if shown != self._shows_photos:  # a model that loads meanwhile must not end a stroke
            self._finish_stroke()
        self._shows_photos = shown
        self._hint.text = hint
        self.update()

    def set_overlay(self, heat: NDArray[np.float32] | None, opacity: float = 1.0) -> None:
        """Lay a heatmap over the drawing, float32 [280, 280] of -1..1; None removes it."""
        self.overlay.set_heat(heat, opacity)
        self.update()

    def _start_stroke(self, position: QPointF, tool: Tool) -> None:
        self._finish_stroke()
        replaces_photo = self.photo() is not None
        if replaces_photo and tool == "eraser":  # there is nothing to erase
            return
        self._drawing.start_stroke(tool, self._tool_width(tool), replaces_photo)
        if replaces_photo:
            self.update()
        self._hint.fade_out()
        self.stroke_started.emit()
        self._extend_stroke(position)

    def _extend_stroke(self, position: QPointF) -> None:
        """Extend the stroke and repaint only the changed part."""
        segments = self._drawing.extend_stroke(self._to_fractions(position))
        if segments and self._drawing.stroke is not None:
            changed = curves_rect(self._drawing.stroke, segments, self._square())
            self.update(changed.toAlignedRect())
            self.changed.emit()

    def _finish_stroke(self) -> None:
        if self._drawing.finish_stroke():
            self.changed.emit()
            self.stroke_finished.emit()

    def _on_replaced(self) -> None:
        if self._drawing.is_blank():
            self._hint.show()
        else:
            self._hint.hide()
        self.update()
        self.changed.emit()

    def _fit_screen(self) -> None:
        self._drawing.resize_screen(self._screen_side(), QColor(theme_colors.current().text))
        self._update_cursor()
        self.update()

    # Geometry

    def _square(self) -> QRectF:
        """Return the canvas: the largest centered square, aligned to whole pixels."""
        side = max(1, min(self.width(), self.height()))
        return QRectF((self.width() - side) // 2, (self.height() - side) // 2, side, side)

    def _to_fractions(self, position: QPointF) -> Point:
        square = self._square()
        return (
            (position.x() - square.left()) / square.width(),
            (position.y() - square.top()) / square.height(),
        )

    def _screen_side(self) -> int:
        return max(1, round(self._square().width() * self.devicePixelRatioF()))

    def _tool_width(self, tool: Tool) -> float:
        return self._width * (ERASER_FACTOR if tool == "eraser" else 1)

    def _update_cursor(self) -> None:
        diameter = self._tool_width(self._tool) * self._square().width()
        self.setCursor(pen_cursor(diameter, theme_colors.current(), self.devicePixelRatioF()))

    # Qt

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._start_stroke(event.position(), self._tool)
        elif event.button() == Qt.MouseButton.RightButton:
            self._start_stroke(event.position(), "eraser")

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._extend_stroke(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.buttons() == Qt.MouseButton.NoButton:
            self._finish_stroke()

    def paintEvent(self, event: QPaintEvent) -> None:
        square = self._square()
        if self._drawing.screen.side != self._screen_side():
            self._fit_screen()  # the window moved to a screen with another pixel ratio
        colors = theme_colors.current()
        painter = QPainter(self)
        paint_background(painter, square, colors)
        self._hint.paint(painter, square, colors)
        photo = self.photo()
        if photo is None:
            paint_drawing(painter, square, event.rect(), self._drawing, colors)
        else:
            self._photo_painter.paint(painter, square, photo, self.devicePixelRatioF())
        self.overlay.paint(painter, square)
        paint_border(painter, square, colors, self._has_focus_ring)
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # The keyboard needs a focus ring; with the mouse, the pen shows where the focus is.
        self._has_focus_ring = event.reason() in _KEYBOARD_FOCUS_REASONS

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._has_focus_ring = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_screen()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._fit_screen()

    def sizeHint(self) -> QSize:
        return QSize(480, 480)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 200)
