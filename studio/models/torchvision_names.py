"""Weights in torchvision's layout under our names, for the eight published VGGs."""

from collections.abc import Mapping
from typing import TypeVar

from studio.config import ModelConfig
from studio.errors import CheckpointError
from studio.models.layer import Layer
from studio.models.plan import plan_layers, smallest_size

T = TypeVar("T")

_COUNTER = "num_batches_tracked"  # files from before torch 0.4.1 lack it, and it only counts
_STATISTICS = ("running_mean", "running_var", _COUNTER)


def torchvision_names(variant: str, classifier: bool = True) -> dict[str, str]:
    """Names in torchvision's state dict, such as `features.0.weight`, to names in ours.

    Without `classifier` only those of the convolutions and their norms.
    """
    config = ModelConfig(variant=variant)
    layers = plan_layers(config.model_copy(update={"image_size": smallest_size(config)}))
    middle = next(at for at, layer in enumerate(layers) if layer.variety == "adaptive")
    names = _names("features", layers[:middle])
    if classifier:
        names |= _names("classifier", layers[middle + 2 :])  # the pool and flatten have no place
    return names


def from_torchvision(state: Mapping[str, T], variant: str, classifier: bool = True) -> dict[str, T]:
    """The tensors of a torchvision state dict under our names; what is not asked for stays out.

    Raises CheckpointError naming a layer that the file lacks.
    """
    names = torchvision_names(variant, classifier)
    for theirs in names:
        if theirs not in state and not theirs.endswith(_COUNTER):
            message = f"These weights are not those of {variant}: “{theirs}” is missing."
            raise CheckpointError(message, "Choose the file of the same network.")
    return {ours: state[theirs] for theirs, ours in names.items() if theirs in state}


def _names(part: str, layers: tuple[Layer, ...]) -> dict[str, str]:
    """torchvision numbers the layers of a part, those without weights too."""
    return {
        f"{part}.{place}.{leaf}": f"layers.{layer.name}.{leaf}"
        for place, layer in enumerate(layers)
        for leaf in _leaves(layer)
    }


def _leaves(layer: Layer) -> tuple[str, ...]:
    if not layer.parameters:
        return ()
    return ("weight", "bias", *(_STATISTICS if layer.buffers else ()))
