"""Strokes of a drawing as smooth curves, and the other steps that make up a drawing. No Qt."""

from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from studio.ui.widgets.transform import IDENTITY, Point, Transform

Tool = Literal["pen", "eraser"]


class BezierCurve(NamedTuple):
    """A quadratic Bézier segment; three equal points make a dot.

    The widths at both ends are multiples of the width of the stroke.
    """

    start: Point
    control: Point
    end: Point
    start_width: float = 1.0
    end_width: float = 1.0


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
    relative_widths: list[float] = field(default_factory=list)
    """The width at each point as a multiple of `width`; empty for a stroke of even width."""

    def add(self, point: Point, relative_width: float = 1.0) -> BezierCurve | None:
        """Append a point and return the segment it finishes.

        Returns None if the tool neither moved nor was pressed harder.
        """
        is_same_place = bool(self.points) and point == self.points[-1]
        if is_same_place and relative_width <= self._relative_width(-1):
            return None
        if relative_width != 1.0 and not self.relative_widths:
            self.relative_widths = [1.0] * len(self.points)
        if relative_width != 1.0 or self.relative_widths:
            self.relative_widths.append(relative_width)
        self.points.append(point)
        return self._segment(len(self.points) - 1)

    def tail(self) -> BezierCurve:
        """Return the straight segment from the last finished one to the newest point."""
        last, width = self.points[-1], self._relative_width(-1)
        if len(self.points) == 1:
            return BezierCurve(last, last, last, width, width)
        start = _midpoint(self.points[-2], last)
        return BezierCurve(start, last, last, self._width_before(len(self.points) - 1), width)

    def curves(self) -> list[BezierCurve]:
        """Return all segments, including the tail."""
        return [self._segment(index) for index in range(len(self.points))] + [self.tail()]

    def copy(self) -> "Stroke":
        """Return an independent copy."""
        return replace(self, points=list(self.points), relative_widths=list(self.relative_widths))

    def transformed(self, transform: Transform) -> "Stroke":
        """Return a copy that is moved, scaled and rotated."""
        points = [transform.apply(point) for point in self.points]
        return replace(self, width=self.width * transform.scale, points=points)

    def _segment(self, index: int) -> BezierCurve:
        """Return the segment that ends halfway before point `index`; a dot for the first point."""
        point = self.points[index]
        if index == 0:
            width = self._relative_width(0)
            return BezierCurve(point, point, point, width, width)
        previous = self.points[index - 1]
        end, end_width = _midpoint(previous, point), self._width_before(index)
        if index == 1:
            return BezierCurve(previous, previous, end, self._relative_width(0), end_width)
        start = _midpoint(self.points[index - 2], previous)
        return BezierCurve(start, previous, end, self._width_before(index - 1), end_width)

    def _relative_width(self, index: int) -> float:
        return self.relative_widths[index] if self.relative_widths else 1.0

    def _width_before(self, index: int) -> float:
        """Return the relative width halfway before point `index`."""
        return (self._relative_width(index - 1) + self._relative_width(index)) / 2


@dataclass(frozen=True, eq=False)
class Background:
    """Covers everything drawn before it, with an image or with nothing.

    `drawing` is the image as strokes, uint8 [H, W], 255 = full; `photo` the image itself, uint8
    [H, W, 3]. `origin` is an object of the caller that says where the image came from. Scaled to
    fit the canvas, the image is then moved by `transform`.
    """

    drawing: NDArray[np.uint8] | None = None
    photo: NDArray[np.uint8] | None = None
    origin: object = None
    transform: Transform = IDENTITY

    def transformed(self, transform: Transform) -> "Background":
        """Return a copy that is moved, scaled and rotated."""
        return replace(self, transform=self.transform.then(transform))


# What is drawn, and a step of the history; a transform acts on all that was drawn before it.
DrawnStep = Stroke | Background
DrawingStep = DrawnStep | Transform


class HistorySnapshot(NamedTuple):
    """The steps of a drawing: those done, and those undone, of which the last is redone first."""

    done: tuple[DrawingStep, ...]
    undone: tuple[DrawingStep, ...] = ()


def _midpoint(a: Point, b: Point) -> Point:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
