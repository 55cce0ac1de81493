"""Where a drawing is on the canvas, and how far it may be moved and scaled. No Qt."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from studio.ui.widgets.strokes import Background, DrawnStep, Stroke
from studio.ui.widgets.transform import Point

# The center stays on the canvas, and the longer side between these fractions of its side.
MIN_EXTENT, MAX_EXTENT = 0.05, 2.0
_ROUNDING = 1e-9


class Box(NamedTuple):
    """A rectangle in fractions of the canvas side."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def center(self) -> Point:
        """The middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def extent(self) -> float:
        """The longer side."""
        return max(self.right - self.left, self.bottom - self.top)


def content_box(steps: Sequence[DrawnStep]) -> Box | None:
    """Return the box around the pen strokes, with their width, and the images."""
    boxes = [box for step in steps if (box := _step_box(step)) is not None]
    if not boxes:
        return None
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


def mean_point(steps: Sequence[DrawnStep]) -> Point:
    """Return the mean of all points, around which rotations there and back cancel out."""
    points = np.array([point for step in steps for point in _step_points(step)])
    x, y = points.mean(axis=0).tolist()
    return x, y


def is_within_reach(before: Box, after: Box) -> bool:
    """Return whether a drawing stays on the canvas, or at least comes no farther from it."""
    return all(
        _distance(new, low, high) <= _distance(old, low, high) + _ROUNDING
        for old, new, low, high in (
            (before.center[0], after.center[0], 0.0, 1.0),
            (before.center[1], after.center[1], 0.0, 1.0),
            (before.extent, after.extent, MIN_EXTENT, MAX_EXTENT),
        )
    )


def _distance(value: float, low: float, high: float) -> float:
    """Return how far a value is outside of a range."""
    return max(low - value, value - high, 0.0)


def _step_box(step: DrawnStep) -> Box | None:
    points = list(_step_points(step))
    if not points:
        return None
    margin = _margin(step)
    xs, ys = zip(*points, strict=True)
    return Box(min(xs) - margin, min(ys) - margin, max(xs) + margin, max(ys) + margin)


def _margin(step: DrawnStep) -> float:
    """Return half of the width of a stroke."""
    if isinstance(step, Background):
        return 0.0
    return step.width * max(step.relative_widths, default=1.0) / 2


def _step_points(step: DrawnStep) -> Iterable[Point]:
    """Return the points of a pen stroke, or the corners of what is in an image."""
    if isinstance(step, Stroke):
        return step.points if step.tool == "pen" else []
    corners = [] if step.drawing is None else _image_corners(step.drawing)
    return [step.transform.apply(corner) for corner in corners]


def _image_corners(image: NDArray[np.uint8]) -> list[Point]:
    """Return the corners of the pixels that are not 0, of an image scaled to fit the canvas."""
    rows, columns = (np.flatnonzero(image.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return []
    height, width = image.shape
    side = max(height, width)
    left, top = (side - width) / 2, (side - height) / 2
    xs = [(left + column) / side for column in (int(columns[0]), int(columns[-1]) + 1)]
    ys = [(top + row) / side for row in (int(rows[0]), int(rows[-1]) + 1)]
    return [(x, y) for x in xs for y in ys]
