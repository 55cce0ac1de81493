"""Split a model into its backbone, the convolutional blocks, and its head."""

from studio.config import ModelConfig
from studio.errors import ConfigError
from studio.models.layer import Layer
from studio.models.plan import plan_layers
from studio.models.variants import resolve_variant

# Settings of the backbone; the others only shape the head.
BACKBONE_FIELDS = (
    "variant",
    "filters",
    "kernel_size",
    "conv_bias",
    "norm",
    "activation",
    "pool",
    "pool_size",
    "pool_stride",
)


def backbone_layers(config: ModelConfig) -> tuple[Layer, ...]:
    """Return the layers of the blocks, without the head. Raises ConfigError as `plan_layers`."""
    layers = plan_layers(config)
    head = next(layer for layer in layers if layer.kind == "flatten" or layer.variety == "adaptive")
    return layers[: layers.index(head)]


def frozen_layers(config: ModelConfig) -> tuple[Layer, ...]:
    """Return the pretrained layers that are not trained; none without a pretrained backbone.

    Raises ConfigError when more blocks are to be trained than there are.
    """
    if not config.backbone:
        return ()
    blocks = len(resolve_variant(config).filters)
    if config.unfrozen > blocks:
        message = f"“model.unfrozen” is {config.unfrozen}, the model has {blocks} blocks."
        raise ConfigError("model.unfrozen", message, f"Choose 0 to {blocks}.")
    layers = backbone_layers(config)
    if not config.unfrozen:
        return layers
    first = f"conv{blocks - config.unfrozen + 1}_1"
    return layers[: [layer.name for layer in layers].index(first)]
