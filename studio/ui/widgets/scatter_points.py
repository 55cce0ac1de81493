"""The points of a scatter plot: positions, colors, selection and order of painting. No Qt here."""

import numpy as np
from numpy.typing import NDArray

from studio.ui.widgets.scatter_raster import Colors, mix_with, pack_colors

_DIMMED, _EDGE = 0.16, 0.6  # opacities of points that are not selected, and of the rims of points
NO_POINTS = np.zeros(0, np.int64)


class ScatterPoints:
    """N points at `positions` float32 [2, N]."""

    def __init__(self) -> None:
        self.positions = np.zeros((2, 0), np.float32)
        self.selection = NO_POINTS  # increasing
        self.highlighted: NDArray[np.bool_] | None = None
        self._colors = np.zeros((0, 3), np.uint8)
        self._order = NO_POINTS

    @property
    def count(self) -> int:
        """The number of points."""
        return int(self.positions.shape[1])

    def reset(self, positions: NDArray[np.float32], colors: NDArray[np.uint8]) -> None:
        """Replace all points by positions [N, 2] and RGB colors uint8 [N, 3]; none is selected."""
        self.positions = columns(positions)
        self.selection, self.highlighted = NO_POINTS, None
        self.set_colors(colors, None)

    def set_colors(self, colors: NDArray[np.uint8], order: NDArray[np.int64] | None) -> None:
        """Change the colors, and the order from the back to the front, by default that of rows."""
        self._colors = colors
        self._order = np.arange(len(colors)) if order is None else order

    def paint_order(self) -> NDArray[np.int64]:
        """Return the points from the back to the front: those in full color are in front."""
        shown = self._in_full_color()
        if shown is None:
            return self._order
        in_front = shown[self._order]
        return np.concatenate([self._order[~in_front], self._order[in_front]])

    def painted_colors(self, background: NDArray[np.uint8]) -> tuple[Colors, Colors]:
        """Return the colors of inside and rim over a color uint8 [3], in the order of painting."""
        order, shown = self.paint_order(), self._in_full_color()
        colors = self._colors[order]
        if shown is not None:
            dimmed = ~shown[order]
            faded = _DIMMED * colors[dimmed] + (1 - _DIMMED) * background
            colors[dimmed] = faded.astype(np.uint8)
        return pack_colors(colors), mix_with(colors, background, _EDGE)

    def _in_full_color(self) -> NDArray[np.bool_] | None:
        """Return the selected or highlighted points, bool [N], or None for all."""
        if not len(self.selection):
            return self.highlighted
        mask = np.zeros(self.count, bool)
        mask[self.selection] = True
        return mask


def columns(positions: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return positions [N, 2] as contiguous coordinates float32 [2, N]."""
    return np.ascontiguousarray(positions.T, np.float32)
