"""All that is on a canvas: its history, the stroke in progress, and their pixels at two sizes."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from studio.ui.widgets.ink_layer import InkLayer
from studio.ui.widgets.strokes import Curve, History, Mark, Point, Sheet, Stroke, Tool

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
    def untouched(self) -> Sheet | None:
        """The sheet with its image, as long as nothing is drawn on it."""
        return self._history.untouched() if self.stroke is None else None

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is something to bring back."""
        return self._history.can_redo

    def start(self, tool: Tool, width: float, fresh: bool = False) -> None:
        """Begin a stroke, its width a share of the side; a fresh one on a blank sheet."""
        self.stroke = Stroke(tool, width, fresh=fresh)
        if fresh:
            self._draw_all()

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

    def renew(self, sheet: Sheet) -> None:
        """Take a new sheet, blank or with an image."""
        self._history.push(sheet)
        self._draw_all()

    def fit_screen(self, side: int, color: QColor) -> None:
        """Draw anew for the screen, `side` pixels wide."""
        self.screen = InkLayer(side, color)
        self.screen.draw_marks(self._finished())
        if self.stroke is not None:
            self.screen.draw_curves(self.stroke, self.stroke.curves()[:-1])

    def _draw(self, stroke: Stroke, curves: list[Curve]) -> None:
        self._array.draw_curves(stroke, curves)
        self.screen.draw_curves(stroke, curves)

    def _draw_all(self) -> None:
        marks = self._finished()
        self._array.draw_marks(marks)
        self.screen.draw_marks(marks)

    def _finished(self) -> list[Mark]:
        """The marks below the stroke in progress."""
        return [] if self.stroke and self.stroke.fresh else self._history.visible()
