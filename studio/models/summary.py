"""Count the parameters, operations and memory of a model without building it."""

from dataclasses import dataclass

from studio.config import ModelConfig
from studio.models.layer import Layer
from studio.models.plan import plan_layers


@dataclass(frozen=True)
class Summary:
    """The layers and their totals for one image; see `Layer` for what is counted."""

    layers: tuple[Layer, ...]
    parameters: int
    buffers: int
    multiply_adds: int
    activation_bytes: int


def summarize(config: ModelConfig) -> Summary:
    """Summarize the model of a configuration. Raises ConfigError as `plan_layers`."""
    layers = plan_layers(config)
    return Summary(
        layers,
        sum(layer.parameters for layer in layers),
        sum(layer.buffers for layer in layers),
        sum(layer.multiply_adds for layer in layers),
        sum(layer.activation_bytes for layer in layers),
    )
