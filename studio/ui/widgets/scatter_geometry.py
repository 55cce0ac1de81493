"""The view of a scatter plot: which place of the plane is shown where. No Qt here."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

MARGIN = 0.06  # of the shorter side, around the points that fill -1..1
MAX_ZOOM = 400.0


@dataclass(frozen=True)
class ScatterGeometry:
    """A widget of `width` x `height` px that shows the plane around `center`, `zoom` times as large
    as when -1..1 just fits. The y axis points up."""

    width: float
    height: float
    center: tuple[float, float] = (0.0, 0.0)
    zoom: float = 1.0

    @property
    def scale(self) -> float:
        """Pixels per unit of the plane."""
        return max(min(self.width, self.height), 1.0) * (0.5 - MARGIN) * self.zoom

    def to_pixels(self, positions: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return where positions [2, N] are shown, in pixels from the top left, float32 [2, N]."""
        left, top = self._origin()
        pixels = np.empty_like(positions)
        np.multiply(positions[0], np.float32(self.scale), out=pixels[0])
        np.multiply(positions[1], np.float32(-self.scale), out=pixels[1])
        pixels[0] += np.float32(left)
        pixels[1] += np.float32(top)
        return pixels

    def to_plane(self, x: float, y: float) -> tuple[float, float]:
        """Return the place that is shown at a pixel."""
        left, top = self._origin()
        return (x - left) / self.scale, (top - y) / self.scale

    def resized(self, width: float, height: float) -> Self:
        """Return the view of a widget of another size, around the same place."""
        return type(self)(width, height, self.center, self.zoom)

    def panned(self, dx: float, dy: float) -> Self:
        """Return the view after dragging by pixels; some place of -1..1 stays in the middle."""
        x, y = self.center[0] - dx / self.scale, self.center[1] + dy / self.scale
        center = (min(max(x, -1.0), 1.0), min(max(y, -1.0), 1.0))
        return type(self)(self.width, self.height, center, self.zoom)

    def zoomed(self, factor: float, x: float, y: float) -> Self:
        """Return the view enlarged by `factor` around a pixel, between all points and `MAX_ZOOM`.

        The whole is centered.
        """
        zoom = min(max(self.zoom * factor, 1.0), MAX_ZOOM)
        if zoom == 1.0:
            return type(self)(self.width, self.height)
        before = self.to_plane(x, y)
        changed = type(self)(self.width, self.height, self.center, zoom)
        after = changed.to_plane(x, y)
        center = (
            min(max(self.center[0] + before[0] - after[0], -1.0), 1.0),
            min(max(self.center[1] + before[1] - after[1], -1.0), 1.0),
        )
        return type(self)(self.width, self.height, center, zoom)

    def _origin(self) -> tuple[float, float]:
        """The pixel of the place (0, 0)."""
        return (
            self.width / 2 - self.center[0] * self.scale,
            self.height / 2 + self.center[1] * self.scale,
        )


def nearest_point(pixels: NDArray[np.float32], x: float, y: float, radius: float) -> int:
    """Return the index of the point of [2, N] nearest to a pixel, within `radius`, or -1."""
    if not pixels.shape[1]:
        return -1
    distance = (pixels[0] - x) ** 2 + (pixels[1] - y) ** 2
    index = int(distance.argmin())
    return index if distance[index] <= radius * radius else -1


def next_point(pixels: NDArray[np.float32], current: int, direction: tuple[int, int]) -> int:
    """Return the point of [2, N] next to `current` to the right (1, 0), below (0, 1) and so on.

    Points within 45 degrees of the direction count; -1 if there is none.
    """
    dx, dy = pixels - pixels[:, current : current + 1]
    along = dx * direction[0] + dy * direction[1]
    across = np.abs(dx * direction[1] - dy * direction[0])
    candidates = np.flatnonzero((along > 0) & (across <= along))
    if not len(candidates):
        return -1
    return int(candidates[(along[candidates] + across[candidates]).argmin()])
