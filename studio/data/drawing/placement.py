"""Where the pixels of a model input come from: coordinates from canvas to model input and back."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Coordinates = NDArray[np.float64]


class Box(NamedTuple):
    """A rectangle in pixels."""

    top: float
    left: float
    height: float
    width: float


@dataclass(frozen=True, eq=False)
class Placement:
    """Maps coordinates of a canvas to those of a square model input with `size` pixels a side.

    The `source` rectangle of the canvas was scaled to the `target` rectangle of the input. Then, if
    there are `shifts`, int [n], each of n equally high rows of the input was shifted to the right
    by so many n-ths of its side.

    Coordinates count from the edges: the center of pixel 0 is 0.5.
    """

    source: Box
    target: Box
    size: int
    shifts: NDArray[np.int_] | None = None

    def to_input(self, rows: Coordinates, columns: Coordinates) -> tuple[Coordinates, Coordinates]:
        """Return where points of the canvas are in the model input, also outside of it."""
        row, column = _map(rows, columns, self.source, self.target)
        return row, column + self._shift(row)

    def to_canvas(self, rows: Coordinates, columns: Coordinates) -> tuple[Coordinates, Coordinates]:
        """Return where points of the model input are on the canvas."""
        return _map(rows, columns - self._shift(rows), self.target, self.source)

    def on_canvas(self, heat: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float32]:
        """Map a heatmap of the model input, [size, size], to a canvas, float32 [height, width].

        Values are interpolated; where the model input shows nothing of the canvas, they are 0.
        """
        height, width = shape
        rows = np.arange(height, dtype=np.float64) + 0.5
        columns = np.arange(width, dtype=np.float64) + 0.5
        row, column = _map(rows, columns, self.source, self.target)
        mixed = _weights(row, self.size) @ heat
        shifts = self._shift(row)
        result = np.zeros(shape, np.float32)
        for shift in np.unique(shifts):
            is_shifted = shifts == shift
            result[is_shifted] = mixed[is_shifted] @ _weights(column + shift, self.size).T
        return result

    def _shift(self, row: Coordinates) -> Coordinates:
        """Return by how many pixels of the input its rows were shifted."""
        if self.shifts is None:
            return np.zeros_like(row)
        count = len(self.shifts)
        index = np.clip(np.floor(row * count / self.size).astype(int), 0, count - 1)
        return np.asarray(self.shifts[index] * (self.size / count), np.float64)


def _map(
    rows: Coordinates, columns: Coordinates, source: Box, target: Box
) -> tuple[Coordinates, Coordinates]:
    return (
        target.top + (rows - source.top) * (target.height / source.height),
        target.left + (columns - source.left) * (target.width / source.width),
    )


def _weights(positions: Coordinates, size: int) -> NDArray[np.float32]:
    """Weights of linear interpolation between pixel centers, float32 [positions, size]."""
    inside = (positions >= 0) & (positions <= size)
    # The outer half of the first and the last pixel has no neighbor to interpolate with.
    clipped = np.clip(positions, 0.5, size - 0.5)
    weights = np.maximum(0, 1 - np.abs(clipped[:, None] - (np.arange(size) + 0.5)))
    return np.where(inside[:, None], weights, 0).astype(np.float32)
