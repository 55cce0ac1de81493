"""The weights that make a map or a unit, by the inputs with the largest weights."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from studio.models import Layer

if TYPE_CHECKING:
    from studio.inference import Predictor

MAX_SLICES = 32


@dataclass(frozen=True, eq=False)
class FilterSlices:
    """Slices of the filter of one map or unit, those with the largest norm first.

    `layer` is the convolution or linear layer whose weights they are. `values` float32 [n, k, k],
    one slice per input map, or the weights of single units [n, 1, 1]. `inputs` int64 [n] are the
    numbers of the input maps, `norms` float32 [n] the Euclidean norms of the slices, `total` the
    number of all slices.
    """

    layer: str
    values: NDArray[np.float32]
    inputs: NDArray[np.int64]
    norms: NDArray[np.float32]
    total: int

    @property
    def of_units(self) -> bool:
        """Whether each slice is the weight of a single input."""
        return self.values.shape[1:] == (1, 1)


def filter_layer(layers: Sequence[Layer]) -> int | None:
    """Return the index of the layer whose weights make the channels of the last of `layers`.

    Norms, activations, pools and dropout keep channels apart. None where there is no such layer.
    """
    for index in reversed(range(len(layers))):
        if layers[index].kind in ("conv", "linear"):
            return index
        if layers[index].kind == "flatten":
            return None
    return None


def find_filter(
    predictor: "Predictor", layers: Sequence[Layer], channel: int, limit: int = MAX_SLICES
) -> FilterSlices | None:
    """Return the filter of a channel of the last of `layers`, the first ones of the model.

    The filters of the first convolution see the image itself: its slices are shown completely and
    in the order of the channels, others by norm, as the weights of deeper layers mean something
    only together with their inputs (M. Zeiler and R. Fergus, Visualizing and Understanding
    Convolutional Networks, 2014). None where no weights make the channel.
    """
    index = filter_layer(layers)
    if index is None:
        return None
    slices = _slices(predictor.weight(layers[index].name)[channel], layers[:index])
    norms = np.sqrt(np.square(slices).sum((1, 2), dtype=np.float64))
    order = np.argsort(-norms, kind="stable") if index else np.arange(len(slices))
    shown = order[:limit]
    return FilterSlices(
        layers[index].name,
        slices[shown].astype(np.float32),
        shown.astype(np.int64),
        norms[shown].astype(np.float32),
        len(slices),
    )


def _slices(weight: NDArray[np.float32], before: Sequence[Layer]) -> NDArray[np.float32]:
    """Return the weight [C, k, k] of a filter, or that of a unit by the maps it is flattened from.

    The inputs of a unit are the values of maps [C, h, w], one map after the other.
    """
    if weight.ndim == 3:
        return weight
    for layer in reversed(before):
        if layer.kind == "flatten":
            return weight.reshape(layer.in_shape)
        if layer.kind == "linear":
            break
    return weight.reshape(-1, 1, 1)
