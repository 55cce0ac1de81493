"""Translate the names of torchvision's weights for the eight published VGGs."""

from collections.abc import Mapping
from typing import TypeVar

from studio.config import ModelConfig
from studio.errors import CheckpointError
from studio.models.layer import Layer
from studio.models.plan import plan_layers, smallest_size

T = TypeVar("T")

_COUNTER = "num_batches_tracked"  # missing in files from before torch 0.4.1, where it is not needed
_STATISTICS = ("running_mean", "running_var", _COUNTER)


def torchvision_names(variant: str, classifier: bool = True) -> dict[str, str]:
    """Map names in torchvision's state dict, such as `features.0.weight`, to ours.

    Without `classifier` only those of the convolutions and their norms.
    """
    config = ModelConfig(variant=variant)
    layers = plan_layers(config.model_copy(update={"image_size": smallest_size(config)}))
    middle = next(at for at, layer in enumerate(layers) if layer.variety == "adaptive")
    names = _names("features", layers[:middle])
    if classifier:
        names |= _names("classifier", layers[middle + 2 :])  # after the pool and flatten
    return names


def from_torchvision(state: Mapping[str, T], variant: str, classifier: bool = True) -> dict[str, T]:
    """Return the tensors of a torchvision state dict under our names.

    Raises CheckpointError naming a tensor that is missing.
    """
    names = torchvision_names(variant, classifier)
    for theirs in names:
        if theirs not in state and not theirs.endswith(_COUNTER):
            message = f"These are not weights of {variant}: “{theirs}” is missing."
            raise CheckpointError(message, "Choose a file of the same variant.")
    return {ours: state[theirs] for theirs, ours in names.items() if theirs in state}


def _names(part: str, layers: tuple[Layer, ...]) -> dict[str, str]:
    """torchvision numbers all layers of a part, also those without weights."""
    return {
        f"{part}.{index}.{leaf}": f"layers.{layer.name}.{leaf}"
        for index, layer in enumerate(layers)
        for leaf in _leaves(layer)
    }


def _leaves(layer: Layer) -> tuple[str, ...]:
    if not layer.parameters:
        return ()
    return ("weight", "bias", *(_STATISTICS if layer.buffers else ()))
