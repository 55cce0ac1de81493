"""A sheet to draw on with pen and eraser, which tells what is on it as an array of ink."""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.canvas_paint import paint_edge, paint_ink, paint_paper
from studio.ui.widgets.drawing import InkSheet
from studio.ui.widgets.fading_hint import FadingHint
from studio.ui.widgets.ink_layer import curves_rect
from studio.ui.widgets.pen_cursor import pen_cursor
from studio.ui.widgets.photo_layer import PhotoLayer
from studio.ui.widgets.strokes import Point, Sheet, Tool

# Shares of the side. The default drawn at a usual size is as thick as the strokes of MNIST.
MIN_PEN_WIDTH, MAX_PEN_WIDTH, DEFAULT_PEN_WIDTH, PEN_WIDTH_STEP = 0.01, 0.14, 0.06, 0.01
ERASER_FACTOR = 2.0

_BY_KEY = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class DigitCanvas(QWidget):
    """Draws while the mouse moves; every change is said by `changed`, every tool by its signal.

    `image()` has the same resolution at every size of the widget. Strokes are kept as points, so
    that nothing is lost when the widget grows.
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
        self._sheet = InkSheet()
        self._tool: Tool = "pen"
        self._width = DEFAULT_PEN_WIDTH
        self._ring = False
        self._shows_photos = False
        self._photo_layer = PhotoLayer()
        self._hint = FadingHint("Draw a digit", self)
        keys: dict[str, Callable[[], None]] = {
            "Ctrl+Z": self.undo,
            "Ctrl+Shift+Z": self.redo,
            "Ctrl+Y": self.redo,
            "Del": self.clear,
            "Backspace": self.clear,
            "P": partial(self.set_tool, "pen"),
            "E": partial(self.set_tool, "eraser"),
            "[": self.make_thinner,
            "]": self.make_thicker,
        }
        self._keys = {QKeySequence(text): act for text, act in keys.items()}

    # What it shows

    def image(self) -> NDArray[np.uint8]:
        """The ink now on the sheet, uint8 [280, 280], 255 = ink, 0 = paper."""
        return self._sheet.image()

    def is_blank(self) -> bool:
        """Whether nothing was put on the present sheet."""
        return self._sheet.is_blank()

    def photo(self) -> NDArray[np.uint8] | None:
        """The photo that is shown, uint8 [H, W, 3]; None where there is ink."""
        sheet = self._sheet.untouched
        return sheet.photo if sheet is not None and self._shows_photos else None

    @property
    def origin(self) -> object:
        """Where the image on the sheet came from; None for a drawing."""
        sheet = self._sheet.untouched
        return sheet.origin if sheet is not None else None

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return self._sheet.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is something to bring back."""
        return self._sheet.can_redo

    # Tools

    @property
    def tool(self) -> Tool:
        """The tool of the left button."""
        return self._tool

    def set_tool(self, tool: Tool) -> None:
        """Choose what the left button does."""
        if tool != self._tool:
            self._tool = tool
            self._show_cursor()
            self.tool_changed.emit(tool)

    @property
    def pen_width(self) -> float:
        """The width of the pen as a share of the side."""
        return self._width

    def set_pen_width(self, width: float) -> None:
        """Set the width of the pen, kept within what can be drawn; the eraser is twice as wide."""
        width = min(max(width, MIN_PEN_WIDTH), MAX_PEN_WIDTH)
        if width != self._width:
            self._width = width
            self._show_cursor()
            self.pen_width_changed.emit(width)

    def make_thinner(self) -> None:
        """Take a pen one step thinner."""
        self.set_pen_width(self._width - PEN_WIDTH_STEP)

    def make_thicker(self) -> None:
        """Take a pen one step thicker."""
        self.set_pen_width(self._width + PEN_WIDTH_STEP)

    # Changes

    def undo(self) -> None:
        """Take back the last stroke, clearing or image."""
        self._finish_stroke()
        self._sheet.undo()
        self._show_sheet()

    def redo(self) -> None:
        """Bring back what was undone last."""
        self._finish_stroke()
        self._sheet.redo()
        self._show_sheet()

    def clear(self) -> None:
        """Take a blank sheet; `undo` brings the old one back."""
        self._finish_stroke()
        if not self._sheet.is_blank():
            self._sheet.renew(Sheet())
            self._show_sheet()

    def set_image(
        self,
        ink: NDArray[np.uint8],
        photo: NDArray[np.uint8] | None = None,
        origin: object = None,
    ) -> None:
        """Take a sheet with an image, fitted in: its ink, uint8 [H, W], and uint8 [H, W, 3].

        Ink can be drawn on; a photo gives way to a drawing. `origin` can be asked for again as long
        as nothing was drawn.
        """
        self._finish_stroke()
        self._sheet.renew(Sheet(ink, photo, origin))
        self._show_sheet()

    def show_photos(self, shown: bool, hint: str) -> None:
        """Show images as the photos they are, or else as ink; `hint` invites to a blank sheet."""
        if shown != self._shows_photos:  # else a model that loads meanwhile leaves the pen down
            self._finish_stroke()
        self._shows_photos = shown
        self._hint.text = hint
        self.update()

    def _start_stroke(self, position: QPointF, tool: Tool) -> None:
        self._finish_stroke()
        fresh = self.photo() is not None
        if fresh and tool == "eraser":  # there is no ink to take away
            return
        self._sheet.start(tool, self._width_of(tool), fresh)
        if fresh:
            self.update()
        self._hint.fade()
        self.stroke_started.emit()
        self._go_on(position)

    def _go_on(self, position: QPointF) -> None:
        """Lead the stroke to a place; only what it touches is drawn again."""
        pieces = self._sheet.add(self._unit(position))
        if pieces and self._sheet.stroke is not None:
            touched = curves_rect(self._sheet.stroke, pieces, self._square())
            self.update(touched.toAlignedRect())
            self.changed.emit()

    def _finish_stroke(self) -> None:
        if self._sheet.finish():
            self.changed.emit()
            self.stroke_finished.emit()

    def _show_sheet(self) -> None:
        if self._sheet.is_blank():
            self._hint.appear()
        else:
            self._hint.vanish()
        self.update()
        self.changed.emit()

    def _fit_screen(self) -> None:
        self._sheet.fit_screen(self._screen_side(), QColor(theme_colors.current().text))
        self._show_cursor()
        self.update()

    # Geometry

    def _square(self) -> QRectF:
        """The sheet: the largest square in the middle of the widget, on whole pixels."""
        side = max(1, min(self.width(), self.height()))
        return QRectF((self.width() - side) // 2, (self.height() - side) // 2, side, side)

    def _unit(self, position: QPointF) -> Point:
        square = self._square()
        return (
            (position.x() - square.left()) / square.width(),
            (position.y() - square.top()) / square.height(),
        )

    def _screen_side(self) -> int:
        return max(1, round(self._square().width() * self.devicePixelRatioF()))

    def _width_of(self, tool: Tool) -> float:
        return self._width * (ERASER_FACTOR if tool == "eraser" else 1)

    def _show_cursor(self) -> None:
        diameter = self._width_of(self._tool) * self._square().width()
        self.setCursor(pen_cursor(diameter, theme_colors.current(), self.devicePixelRatioF()))

    # Qt

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._start_stroke(event.position(), self._tool)
        elif event.button() == Qt.MouseButton.RightButton:
            self._start_stroke(event.position(), "eraser")

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go_on(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.buttons() == Qt.MouseButton.NoButton:
            self._finish_stroke()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        act = self._keys.get(QKeySequence(event.keyCombination()))
        if act is not None:
            act()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        square = self._square()
        if self._sheet.screen.side != self._screen_side():
            self._fit_screen()  # the window went to a screen of another density
        colors = theme_colors.current()
        painter = QPainter(self)
        paint_paper(painter, square, colors)
        self._hint.paint(painter, square, colors)
        photo = self.photo()
        if photo is None:
            paint_ink(painter, square, event.rect(), self._sheet, colors)
        else:
            self._photo_layer.paint(painter, square, photo, self.devicePixelRatioF())
        paint_edge(painter, square, colors, self._ring)
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # Who comes by key must see where the focus is; who draws sees it by the pen.
        self._ring = event.reason() in _BY_KEY

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._ring = False

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
