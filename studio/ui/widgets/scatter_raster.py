"""Paints tens of thousands of points into an array of pixels. No Qt here.

QPainter takes a call per point, which is too slow for 60 frames per second.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

Colors = NDArray[np.uint32]

PADDING = 16  # pixels around the buffer, so that no point has to be clipped
# Radius in pixels of the points, and up to how many points of them are about in view.
_RADII = ((700, 4.5), (3_000, 3.5), (12_000, 2.5), (30_000, 2.3))
_SMALLEST_RADIUS = 1.5


def point_radius(count: int, zoom: float, ratio: float = 1.0) -> float:
    """Return the radius in device pixels of `count` points: small where they are many."""
    visible = count / zoom**2
    radius = next((radius for limit, radius in _RADII if visible <= limit), _SMALLEST_RADIUS)
    return min(radius * ratio, PADDING / 2 - 1.0)


def pack_colors(colors: NDArray[np.uint8]) -> Colors:
    """Return RGB colors uint8 [N, 3] as pixels 0xFFRRGGBB, uint32 [N]."""
    red, green, blue = colors.astype(np.uint32).T
    return np.asarray(0xFF000000 | red << 16 | green << 8 | blue, np.uint32)


def mix_with(colors: NDArray[np.uint8], back: NDArray[np.uint8], opacity: float) -> Colors:
    """Return colors uint8 [N, 3] over a background uint8 [3] at an opacity, as pixels."""
    mixed = colors * np.float32(opacity) + back * np.float32(1 - opacity)
    return pack_colors(mixed.astype(np.uint8))


class ScatterRaster:
    """An image uint32 [height, width] of 0xFFRRGGBB; its arrays are reused from frame to frame."""

    def __init__(self) -> None:
        self._buffer = np.zeros((0, 0), np.uint32)
        self._targets = np.zeros((0, 0), np.intp)
        self._colors = self._edges = np.zeros(0, np.uint32)
        self._values = np.zeros((0, 0), np.uint32)
        self._radius = 0.0  # of the values

    def set_colors(self, colors: Colors, edges: Colors) -> None:
        """Set the colors of the inside and of the outermost pixels of each point, [N] each."""
        self._colors, self._edges, self._radius = colors, edges, 0.0

    def paint(
        self,
        size: tuple[int, int],
        background: int,
        points: NDArray[np.float32],
        radius: float,
    ) -> NDArray[np.uint32]:
        """Paint points [2, N] of device pixels over the background, later ones over earlier ones.

        `size` is width and height. The result has `PADDING` more pixels on each side, and is valid
        until the next call.
        """
        width, height = size
        shape = (height + 2 * PADDING, width + 2 * PADDING)
        if self._buffer.shape != shape:
            self._buffer = np.empty(shape, np.uint32)
        self._buffer.fill(background)
        x, y = np.rint(points).astype(np.intp)
        values = self._disc_values(radius)
        reach = int(radius) + 1
        seen = (x > -reach) & (x < width + reach) & (y > -reach) & (y < height + reach)
        if not seen.all():
            x, y, values = x[seen], y[seen], values[seen]
        starts = (y + PADDING) * shape[1] + (x + PADDING)
        targets = self._targets[: len(starts)]
        rows, columns, _ = _disc(radius)
        np.add(starts[:, None], rows * shape[1] + columns, out=targets)
        # Point by point, so that each covers the earlier ones as a whole.
        self._buffer.reshape(-1)[targets.reshape(-1)] = values.reshape(-1)
        return self._buffer

    def _disc_values(self, radius: float) -> NDArray[np.uint32]:
        """Return the colors of all pixels of the discs, [N, pixels of a disc]."""
        if radius != self._radius:
            *_, is_edge = _disc(radius)
            self._values = np.where(is_edge, self._edges[:, None], self._colors[:, None])
            self._targets = np.empty(self._values.shape, np.intp)
            self._radius = radius
        return self._values


@cache
def _disc(
    radius: float,
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.bool_]]:
    """Return the offsets of the pixels of a disc, and which of them are its edge."""
    reach = int(radius) + 1
    rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    distance = np.hypot(rows, columns)
    inside = distance <= radius
    is_edge = distance > radius - 0.75
    return (
        rows[inside].astype(np.intp),
        columns[inside].astype(np.intp),
        is_edge[inside],
    )
