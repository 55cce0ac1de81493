"""What a network costs, before it is built."""

import math
from dataclasses import dataclass

from studio.config import ModelConfig
from studio.models.plan import Layer, plan_layers

_FLOAT_BYTES = 4


@dataclass(frozen=True)
class Summary:
    """Totals for one picture. `multiply_adds` counts convolutions and linear layers, one forward
    pass; `activation_bytes` the outputs of all layers in float32.
    """

    layers: tuple[Layer, ...]
    parameters: int
    multiply_adds: int
    activation_bytes: int


def summarize(config: ModelConfig) -> Summary:
    """Count a network's layers without building it.

    Raises ConfigError for an unknown variant or a picture too small for its pools.
    """
    layers = tuple(plan_layers(config))
    return Summary(
        layers,
        sum(layer.parameters for layer in layers),
        sum(layer.multiply_adds for layer in layers),
        sum(_FLOAT_BYTES * math.prod(layer.out_shape) for layer in layers),
    )
