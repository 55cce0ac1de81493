"""Shows a drawing or a photo on a square, with a hint while there is neither."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.canvas_description import describe_drawing
from studio.ui.widgets.canvas_drawing import Drawing
from studio.ui.widgets.canvas_overlay import CanvasOverlay
from studio.ui.widgets.canvas_painter import (
    PhotoPainter,
    paint_background,
    paint_border,
    paint_drawing,
)
from studio.ui.widgets.fading_hint import FadingHint
from studio.ui.widgets.strokes import DrawnStep, HistorySnapshot
from studio.ui.widgets.transform import Point

EXPORT_SIDE_PX = 1120  # four times as sharp as the array that models get

_KEYBOARD_FOCUS_REASONS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class CanvasView(QWidget):
    """A square with a drawing, which is kept as points and sharp at every size.

    `image()` has the same resolution at every size of the widget, at least 200 x 200 px.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._drawing = Drawing()
        self._shows_photos = False
        self._has_drawn = False
        self._has_focus_ring = False
        self._photo_painter = PhotoPainter()
        self.overlay = CanvasOverlay()
        self._hint = FadingHint("Draw a digit", self)
        self._describe()

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
        """The origin passed to `set_image`; None once something is drawn or moved."""
        background = self._drawing.bare_background
        return background.origin if background is not None else None

    def snapshot(self) -> HistorySnapshot:
        """Return all strokes and images with what was undone, for `prepend` of another canvas."""
        return self._drawing.snapshot()

    def visible_steps(self) -> list[DrawnStep]:
        """Return the finished strokes and the image that are visible, each where it is shown."""
        return self._drawing.history.visible()

    def render_image(self) -> QImage:
        """Return what is shown as an image to copy or save: the photo, or black on white."""
        photo = self.photo()
        if photo is not None:
            height, width = photo.shape[:2]
            pixels = np.ascontiguousarray(photo)
            return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
        return self._drawing.render(EXPORT_SIDE_PX)

    # Hint and overlay

    @property
    def has_drawn(self) -> bool:
        """Whether a stroke was ever drawn, so that the hint to draw is not needed any more."""
        return self._has_drawn

    def set_has_drawn(self, has_drawn: bool) -> None:
        """Set whether a stroke was ever drawn, as in an earlier session."""
        self._has_drawn = has_drawn
        self._show_hint()

    def set_overlay(self, heat: NDArray[np.float32] | None, opacity: float = 1.0) -> None:
        """Lay a heatmap over the drawing, float32 [280, 280] of -1..1; None removes it."""
        self.overlay.set_heat(heat, opacity)
        self.update()

    def _show_hint(self) -> None:
        is_needed = self._shows_photos or not self._has_drawn
        if is_needed and self._drawing.is_blank():
            self._hint.show()
        else:
            self._hint.hide()

    def _describe(self) -> None:
        """Say what is on the canvas to screen readers."""
        is_empty = not self._drawing.image().any() and self.photo() is None
        steps = [] if is_empty else self.visible_steps()
        text = describe_drawing(steps, self.photo() is not None)
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

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

    def _fit_screen(self) -> None:
        self._drawing.resize_screen(self._screen_side(), QColor(theme_colors.current().text))
        self.update()

    # Qt

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
