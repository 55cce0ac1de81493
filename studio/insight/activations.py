"""What the layers of a model compute for one image. Needs no torch itself."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from studio.callbacks import ShouldStop, never_stop
from studio.config import ModelConfig
from studio.insight.sample_transforms import estimate_background
from studio.models import Layer, plan_layers

if TYPE_CHECKING:
    from studio.inference import Predictor

Floats = NDArray[np.float32]

MAX_THUMBNAIL_SIDE = 64  # of the strongest map of each layer, in values
_CLIPPED_MAPS = 0.05  # fraction of the maps whose largest values may exceed the scale


@dataclass(frozen=True, eq=False)
class Activations:
    """The output of the first `depth` layers, and the strongest map of every layer with maps.

    `values` is float32 [F, h, w], or [D] for units. `strengths` float32 [F]: of a map the largest
    positive value, of a unit its value. `strongest` holds, by depth, the number of the strongest
    map and the map itself, reduced to at most `MAX_THUMBNAIL_SIDE` values per side.
    """

    depth: int
    values: Floats
    strengths: Floats
    strongest: dict[int, tuple[int, Floats]]

    @property
    def scale(self) -> float:
        """The magnitude to show in full color, the same for all maps of the layer; above 0.

        The largest magnitude of a map, or of all but the most extreme maps: a single one would
        fade the others.
        """
        return find_scale(self.values)


def compute_activations(
    predictor: "Predictor",
    image: NDArray[np.uint8],
    depth: int,
    should_stop: ShouldStop = never_stop,
) -> Activations:
    """Compute all layers for a model input uint8 [C, h, w], and keep the output at `depth`.

    Raises Stopped.
    """
    kept: list[Floats] = []
    strongest: dict[int, tuple[int, Floats]] = {}

    def visit(at: int, output: Floats) -> None:
        if output.ndim == 3:
            number = int(np.argmax(measure_strengths(output)))
            strongest[at] = number, reduce_map(output[number])
        if at == depth:
            kept.append(np.array(output, np.float32, order="C"))  # a copy

    predictor.visit_layers(image, visit, should_stop)
    return Activations(depth, kept[0], measure_strengths(kept[0]), strongest)


def measure_strengths(values: Floats) -> Floats:
    """Return the largest positive value of each map of [F, h, w], 0 without, or units [D].

    The mean would put maps first that respond to the empty background, which is most of a drawing.
    """
    if values.ndim == 1:
        return np.asarray(values, np.float32)
    return np.asarray(np.maximum(values.max((1, 2)), 0), np.float32)


def rank_strongest(strengths: Floats) -> NDArray[np.int64]:
    """Return the channels, strongest first; equally strong ones by their number."""
    return np.argsort(-strengths, kind="stable").astype(np.int64)


def find_scale(values: Floats) -> float:
    """Return the magnitude of full color for maps [F, h, w] or units [D], above 0."""
    largest = np.abs(values).reshape(len(values), -1).max(1)
    if values.ndim == 1:
        return float(largest.max()) or 1.0
    quantile = np.quantile(largest, 1 - _CLIPPED_MAPS, method="higher")
    return float(quantile) or float(largest.max()) or 1.0


def reduce_map(values: Floats, max_side: int = MAX_THUMBNAIL_SIDE) -> Floats:
    """Average blocks of a map [..., h, w], so that neither side exceeds `max_side`; a copy."""
    block = -(-max(values.shape[-2:]) // max_side)
    if block == 1:
        return np.array(values, np.float32, order="C")
    height, width = (side // block for side in values.shape[-2:])
    cut = values[..., : height * block, : width * block]
    blocks = cut.reshape(*values.shape[:-2], height, block, width, block)
    return np.asarray(blocks.mean((-3, -1)), np.float32)


def driving_regions(
    predictor: "Predictor", image: NDArray[np.uint8], depth: int, channel: int
) -> Floats:
    """Return which pixels raise (+) or lower (-) the mean positive value of a map, float32 [h, w].

    Gradient of that mean times the pixels relative to the background color, summed over the
    channels of the image: how much each pixel adds to the mean, in a linear approximation at this
    image. For a unit its value takes the place of the mean. The gradient is that of K. Simonyan et
    al., Deep Inside Convolutional Networks (2014), the product that of A. Shrikumar et al., Not
    Just a Black Box (2016).
    """
    gradient = predictor.map_gradient(image, depth, channel)
    background = estimate_background(image[None]).reshape(-1, 1, 1)
    relative = image.astype(np.float32) - background.astype(np.float32)
    return np.asarray((gradient * relative).sum(0), np.float32)


def layers_at(config: ModelConfig, depth: int) -> tuple[Layer, ...]:
    """Return the first `depth` layers of a model."""
    return plan_layers(config)[:depth]


def is_signed(layers: tuple[Layer, ...]) -> bool:
    """Whether the output of these layers can be negative: not after ReLU and pools that follow."""
    for layer in reversed(layers):
        if layer.kind == "activation":
            return layer.variety != "relu"
        if layer.kind in ("conv", "norm", "linear"):
            return True
    return True
