"""Where a network is cut in two: the convolutions that can be taken over, and the head."""

from studio.config import ModelConfig
from studio.errors import ConfigError
from studio.models.layer import Layer
from studio.models.plan import plan_layers
from studio.models.variants import resolve_variant

# Settings that decide the convolutions; the others only shape the head.
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
    """The layers of the blocks, without the head. Raises ConfigError as `plan_layers`."""
    layers = plan_layers(config)
    return layers[: _head_start(layers)]


def frozen_layers(config: ModelConfig) -> tuple[Layer, ...]:
    """The layers that a backbone lends and that do not learn; none without a backbone.

    Raises ConfigError when more blocks are to learn than there are.
    """
    if not config.backbone:
        return ()
    blocks = len(resolve_variant(config).filters)
    if config.unfrozen > blocks:
        message = f"“model.unfrozen” is {config.unfrozen}, the network has {blocks} blocks."
        raise ConfigError("model.unfrozen", message, f"Choose 0 to {blocks}.")
    layers = backbone_layers(config)
    if not config.unfrozen:
        return layers
    first = f"conv{blocks - config.unfrozen + 1}_1"
    return layers[: [layer.name for layer in layers].index(first)]


def _head_start(layers: tuple[Layer, ...]) -> int:
    return next(
        at
        for at, layer in enumerate(layers)
        if layer.kind == "flatten" or layer.variety == "adaptive"
    )
