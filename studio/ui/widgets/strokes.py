"""What is on the canvas, as plain values: smooth strokes in unit coordinates, with undo."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Tool = Literal["pen", "eraser"]
Point = tuple[float, float]


class Curve(NamedTuple):
    """A quadratic Bezier piece; all three points the same is a dot."""

    start: Point
    control: Point
    end: Point


@dataclass
class Stroke:
    """One movement of a tool. Points and width are shares of the canvas side, so any size fits.

    The line runs through the midpoints between the points, which are its control points: smooth
    everywhere, and a new point changes nothing of what is already drawn.
    """

    tool: Tool
    width: float
    points: list[Point] = field(default_factory=list)
    fresh: bool = False
    """Whether it starts a sheet of its own: a drawing takes the place of a photo."""

    def add(self, point: Point) -> Curve | None:
        """Append a point; return the piece of line that is settled by it, None for no movement."""
        if self.points and point == self.points[-1]:
            return None
        self.points.append(point)
        return self._settled(len(self.points) - 1)

    def tail(self) -> Curve:
        """The straight rest from the last settled place to the newest point."""
        last = self.points[-1]
        start = _middle(self.points[-2], last) if len(self.points) > 1 else last
        return Curve(start, last, last)

    def curves(self) -> list[Curve]:
        """The whole line, tail included."""
        return [self._settled(index) for index in range(len(self.points))] + [self.tail()]

    def _settled(self, index: int) -> Curve:
        """The piece that ends halfway before point `index`; for the first point a dot."""
        point = self.points[index]
        if index == 0:
            return Curve(point, point, point)
        before = self.points[index - 1]
        start = _middle(self.points[index - 2], before) if index > 1 else before
        return Curve(start, before, _middle(before, point))


@dataclass(frozen=True, eq=False)
class Sheet:
    """A new sheet over all before it: blank, or with an image.

    The image is given as ink, uint8 [H, W], 255 = ink, and as a photo, uint8 [H, W, 3]. `origin` is
    whatever the caller wants to know again of where it came from.
    """

    ink: NDArray[np.uint8] | None = None
    photo: NDArray[np.uint8] | None = None
    origin: object = None


Mark = Stroke | Sheet


class History:
    """All marks ever made, with a place in them: undo and redo without end."""

    def __init__(self) -> None:
        self._done: list[Mark] = []
        self._undone: list[Mark] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is a mark to take back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether a mark was taken back and nothing new made since."""
        return bool(self._undone)

    def push(self, mark: Mark) -> None:
        """Add a mark; what was undone before is gone."""
        self._done.append(mark)
        self._undone.clear()

    def undo(self) -> None:
        """Take the last mark back, if there is one."""
        if self._done:
            self._undone.append(self._done.pop())

    def redo(self) -> None:
        """Bring back the mark undone last, if there is one."""
        if self._undone:
            self._done.append(self._undone.pop())

    def visible(self) -> list[Mark]:
        """The marks to draw, in order: those from the newest sheet on."""
        for index in range(len(self._done) - 1, -1, -1):
            mark = self._done[index]
            if isinstance(mark, Sheet) or mark.fresh:
                return self._done[index:]
        return list(self._done)

    def untouched(self) -> Sheet | None:
        """The present sheet, if nothing was drawn on it; else None."""
        visible = self.visible()
        only = visible[0] if len(visible) == 1 else None
        return only if isinstance(only, Sheet) else None

    def is_blank(self) -> bool:
        """Whether nothing was put on the present sheet."""
        return not any(isinstance(mark, Stroke) or mark.ink is not None for mark in self.visible())


def _middle(a: Point, b: Point) -> Point:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
