"""All that is on a canvas: its history, the stroke in progress, and their pixels at two sizes."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from studio.ui.widgets.ink_layer import InkLayer
from studio.ui.widgets.strokes import Curve, History, Point, Sheet, Stroke, Tool

IMAGE_SIDE = 280


class InkSheet:
    """Keeps strokes as points and draws each piece once: for the screen and for the array."""

    def __init__(self) -> None:
        self.stroke: Stroke | None = None
        self.screen = InkLayer(1, QColor("black"))
        self._array = InkLayer(IMAGE_SIDE, QColor("white"))
        self._history = History()

    def image(self) -> NDArray[np.uint8]:
        """The ink, uint8 [280, 280], 255 = ink, 0 = paper, up to where the pen is now."""
        if self.stroke is None:
            return self._array.ink()
        array = self._array.copy()
        array.draw_curves(self.stroke, [self.stroke.tail()])
        return array.ink()

    def is_blank(self) -> bool:
        """Whether nothing was put on the present sheet."""
        return self._history.is_blank() and self.stroke is None

    @property
    def origin(self) -> object:
        """Where the picture on the sheet came from; None for a drawing."""
        return self._history.origin() if self.stroke is None else None

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is something to bring back."""
        return self._history.can_redo

    def start(self, tool: Tool, width: float) -> None:
        """Begin a stroke, its width a share of the side."""
        self.stroke = Stroke(tool, width)

    def add(self, point: Point) -> list[Curve]:
        """Lead the stroke to a point, in shares of the side; return the pieces it changed."""
        if self.stroke is None:
            return []
        before = [self.stroke.tail()] if self.stroke.points else []
        piece = self.stroke.add(point)
        if piece is None:
            return []
        self._draw(self.stroke, [piece])
        return [piece, self.stroke.tail(), *before]

    def finish(self) -> bool:
        """End the stroke; False when there is none."""
        stroke, self.stroke = self.stroke, None
        if stroke is None:
            return False
        self._draw(stroke, [stroke.tail()])
        self._history.push(stroke)
        return True

    def undo(self) -> None:
        """Take back the last stroke or sheet."""
        self._history.undo()
        self._draw_all()

    def redo(self) -> None:
        """Bring back what was undone last."""
        self._history.redo()
        self._draw_all()

    def renew(self, ink: NDArray[np.uint8] | None = None, origin: object = None) -> None:
        """Take a new sheet, blank or with ink, uint8 [H, W], that came from somewhere."""
        self._history.push(Sheet(ink, origin))
        self._draw_all()

    def fit_screen(self, side: int, color: QColor) -> None:
        """Draw anew for the screen, `side` pixels wide."""
        self.screen = InkLayer(side, color)
        self.screen.draw_marks(self._history.visible())
        if self.stroke is not None:
            self.screen.draw_curves(self.stroke, self.stroke.curves()[:-1])

    def _draw(self, stroke: Stroke, curves: list[Curve]) -> None:
        self._array.draw_curves(stroke, curves)
        self.screen.draw_curves(stroke, curves)

    def _draw_all(self) -> None:
        visible = self._history.visible()
        self._array.draw_marks(visible)
        self.screen.draw_marks(visible)
