"""Receptive fields: the part of the image that one value of a map depends on."""

from collections.abc import Sequence
from typing import NamedTuple

from studio.models import Layer


class Region(NamedTuple):
    """Rows and columns of an image, both as half-open ranges."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def height(self) -> int:
        """Number of rows."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Number of columns."""
        return self.right - self.left


def receptive_field(layers: Sequence[Layer], row: int, column: int) -> Region:
    """Return the region of the image that a value depends on, by kernel, stride and padding.

    `layers` lead from the image to maps, the value is at `row` and `column` of each of them. The
    ranges are followed back from layer to layer, as by A. Araujo et al., Computing Receptive
    Fields of Convolutional Neural Networks (2019), and are cut at the edges of each map, where
    padding adds zeros only. A unit depends on the whole image.
    """
    height, width = layers[0].in_shape[1:] if layers else (row + 1, column + 1)
    rows, columns = (row, row + 1), (column, column + 1)
    for layer in reversed(layers):
        if len(layer.out_shape) == 1 or _mixes_positions(layer):
            return Region(0, height, 0, width)
        rows = _range_before(layer, rows, layer.in_shape[1], layer.out_shape[1])
        columns = _range_before(layer, columns, layer.in_shape[2], layer.out_shape[2])
    return Region(*rows, *columns)


def _mixes_positions(layer: Layer) -> bool:
    """Whether statistics over all positions change each value: not those of batch norm.

    In a trained model batch norm uses the statistics of the training.
    """
    return layer.kind == "norm" and layer.variety != "batch"


def _range_before(
    layer: Layer, after: tuple[int, int], side_before: int, side_after: int
) -> tuple[int, int]:
    """Return the positions of a layer's input that positions `after` of its output depend on."""
    first, last = after[0], after[1] - 1
    if layer.kind == "conv":  # odd kernels, stride 1 and padding that keeps the size
        reach = layer.kernel_size // 2
        first, last = first - reach, last + reach
    elif layer.variety == "adaptive":
        first = first * side_before // side_after
        last = -(-(last + 1) * side_before // side_after) - 1
    elif layer.kind == "pool":
        first, last = first * layer.stride, last * layer.stride + layer.kernel_size - 1
    return max(first, 0), min(last, side_before - 1) + 1
