"""Strokes of a drawing as smooth curves, and a history of them with undo and redo. No Qt."""

from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Tool = Literal["pen", "eraser"]
Point = tuple[float, float]


class BezierCurve(NamedTuple):
    """A quadratic Bézier segment; three equal points make a dot."""

    start: Point
    control: Point
    end: Point


@dataclass
class Stroke:
    """One movement of a tool; points and width are fractions of the canvas side.

    The curve has the points as its control points and passes through the midpoints between them.
    It is smooth everywhere, and a new point changes no finished segment.
    """

    tool: Tool
    width: float
    points: list[Point] = field(default_factory=list)
    starts_drawing: bool = False
    """Whether the stroke hides everything before it, as when a drawing replaces a photo."""

    def add(self, point: Point) -> BezierCurve | None:
        """Append a point and return the segment it finishes; None if the tool did not move."""
        if self.points and point == self.points[-1]:
            return None
        self.points.append(point)
        return self._segment(len(self.points) - 1)

    def tail(self) -> BezierCurve:
        """Return the straight segment from the last finished one to the newest point."""
        last = self.points[-1]
        start = _midpoint(self.points[-2], last) if len(self.points) > 1 else last
        return BezierCurve(start, last, last)

    def curves(self) -> list[BezierCurve]:
        """Return all segments, including the tail."""
        return [self._segment(index) for index in range(len(self.points))] + [self.tail()]

    def _segment(self, index: int) -> BezierCurve:
        """Return the segment that ends halfway before point `index`; a dot for the first point."""
        point = self.points[index]
        if index == 0:
            return BezierCurve(point, point, point)
        previous = self.points[index - 1]
        start = _midpoint(self.points[index - 2], previous) if index > 1 else previous
        return BezierCurve(start, previous, _midpoint(previous, point))


@dataclass(frozen=True, eq=False)
class Background:
    """Covers everything drawn before it, with an image or with nothing.

    `drawing` is the image as strokes, uint8 [H, W], 255 = full; `photo` the image itself, uint8
    [H, W, 3]. `origin` is an object of the caller that says where the image came from.
    """

    drawing: NDArray[np.uint8] | None = None
    photo: NDArray[np.uint8] | None = None
    origin: object = None


DrawingStep = Stroke | Background


class HistorySnapshot(NamedTuple):
    """The steps of a drawing: those done, and those undone, of which the last is redone first."""

    done: tuple[DrawingStep, ...]
    undone: tuple[DrawingStep, ...] = ()


class DrawingHistory:
    """All steps of a drawing, with unlimited undo and redo."""

    def __init__(self) -> None:
        self._done: list[DrawingStep] = []
        self._undone: list[DrawingStep] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone step and no newer one."""
        return bool(self._undone)

    def push(self, step: DrawingStep) -> None:
        """Append a step and discard the undone ones."""
        self._done.append(step)
        self._undone.clear()

    def undo(self) -> None:
        """Undo the last step, if any."""
        if self._done:
            self._undone.append(self._done.pop())

    def redo(self) -> None:
        """Redo the step that was undone last, if any."""
        if self._undone:
            self._done.append(self._undone.pop())

    def snapshot(self, stroke: Stroke | None = None) -> HistorySnapshot:
        """Return a copy of all steps, with a stroke in progress as if it were finished."""
        if stroke is None:
            return HistorySnapshot(tuple(self._done), tuple(self._undone))
        return HistorySnapshot((*self._done, replace(stroke, points=list(stroke.points))))

    def prepend(self, earlier: HistorySnapshot) -> None:
        """Put the steps of an earlier drawing before those done since."""
        if not self._done:
            self._undone = [*earlier.undone, *self._undone]
        self._done = [*earlier.done, *self._done]

    def visible(self) -> list[DrawingStep]:
        """Return the steps to draw, in order: those since the newest background."""
        for index in range(len(self._done) - 1, -1, -1):
            step = self._done[index]
            if isinstance(step, Background) or step.starts_drawing:
                return self._done[index:]
        return list(self._done)

    def bare_background(self) -> Background | None:
        """Return the background if nothing was drawn on it, else None."""
        visible = self.visible()
        only = visible[0] if len(visible) == 1 else None
        return only if isinstance(only, Background) else None

    def is_blank(self) -> bool:
        """Return whether nothing is visible."""
        return not any(
            isinstance(step, Stroke) or step.drawing is not None for step in self.visible()
        )


def _midpoint(a: Point, b: Point) -> Point:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
