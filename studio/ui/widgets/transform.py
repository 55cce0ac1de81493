"""Moving, scaling and rotating points of a drawing, exactly. No Qt."""

import math
from typing import NamedTuple

Point = tuple[float, float]

# In sides of the canvas; Qt takes long to draw what is much farther away.
MAX_COORDINATE = 100.0


class Transform(NamedTuple):
    """A similarity: (x, y) becomes (cosine x - sine y + right, sine x + cosine y + down).

    Coordinates are fractions of the canvas side. `cosine` and `sine` are those of the angle,
    clockwise, times the scale.
    """

    cosine: float = 1.0
    sine: float = 0.0
    right: float = 0.0
    down: float = 0.0

    @property
    def scale(self) -> float:
        """By how much lengths grow."""
        return math.hypot(self.cosine, self.sine)

    def apply(self, point: Point) -> Point:
        """Return where a point moves to."""
        x, y = point
        return (
            _clamp(self.cosine * x - self.sine * y + self.right),
            _clamp(self.sine * x + self.cosine * y + self.down),
        )

    def then(self, later: "Transform") -> "Transform":
        """Return this transform followed by another one."""
        return Transform(
            later.cosine * self.cosine - later.sine * self.sine,
            later.sine * self.cosine + later.cosine * self.sine,
            later.cosine * self.right - later.sine * self.down + later.right,
            later.sine * self.right + later.cosine * self.down + later.down,
        )


IDENTITY = Transform()


def move(right: float, down: float) -> Transform:
    """Return a movement by fractions of the side."""
    return Transform(right=right, down=down)


def scale(factor: float, center: Point) -> Transform:
    """Return a magnification that leaves `center` in its place."""
    return _around(center, factor, 0.0)


def rotate(degrees: float, center: Point) -> Transform:
    """Return a clockwise rotation around `center`."""
    angle = math.radians(degrees)
    return _around(center, math.cos(angle), math.sin(angle))


def _around(center: Point, cosine: float, sine: float) -> Transform:
    x, y = center
    return Transform(cosine, sine, x - cosine * x + sine * y, y - sine * x - cosine * y)


def _clamp(coordinate: float) -> float:
    return min(max(coordinate, -MAX_COORDINATE), MAX_COORDINATE)
