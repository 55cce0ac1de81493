"""What a network costs, before it is built."""

from dataclasses import dataclass

from studio.config import ModelConfig
from studio.models.layer import Layer
from studio.models.plan import plan_layers


@dataclass(frozen=True)
class Summary:
    """The layers and their totals for one picture; see `Layer` for what is counted.

    `parameters` counts what is learned, `buffers` the running statistics of batch norm.
    """

    layers: tuple[Layer, ...]
    parameters: int
    buffers: int
    multiply_adds: int
    activation_bytes: int


def summarize(config: ModelConfig) -> Summary:
    """Count a network's layers without building it. Raises ConfigError as `plan_layers`."""
    layers = plan_layers(config)
    return Summary(
        layers,
        sum(layer.parameters for layer in layers),
        sum(layer.buffers for layer in layers),
        sum(layer.multiply_adds for layer in layers),
        sum(layer.activation_bytes for layer in layers),
    )
