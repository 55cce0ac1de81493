"""The VGG module, built layer by layer from its plan."""

from collections import OrderedDict
from collections.abc import Sequence
from math import gcd
from typing import Any

import torch
from torch import Tensor, nn

from studio.config import ModelConfig
from studio.models import scratch
from studio.models.layer import Layer
from studio.models.plan import plan_layers

Call = tuple[str, dict[str, Any]]

_ACTIVATIONS = {
    "relu": "ReLU",
    "leaky_relu": "LeakyReLU",
    "elu": "ELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "tanh": "Tanh",
}


class VGG(nn.Module):
    """A VGG model: float [N, in_channels, S, S] in, logits [N, num_classes] out.

    Layers have the names of K. Simonyan and A. Zisserman, Very Deep Convolutional Networks for
    Large-Scale Image Recognition (2015): conv1_1, conv1_2, pool1 and so on.
    Raises ConfigError when no model can have this configuration.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        from_scratch = config.layers == "scratch"
        self.layers = nn.Sequential(
            OrderedDict((layer.name, _build(layer, from_scratch)) for layer in plan_layers(config))
        )
        self.layers.apply(_initialize)

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.layers(images)
        return logits


class SimpleVGGModel(VGG):
    """Convolutions with `filters`, each with ReLU and a 2x2 max-pool, and one hidden layer.

    Float [N, in_channels, image_size, image_size] in, logits [N, num_classes] out.
    Raises ConfigError when the image is too small for the pools.
    """

    def __init__(
        self,
        num_classes: int = 10,
        image_size: int = 28,
        in_channels: int = 1,
        filters: Sequence[int] = (32, 64, 128),
        hidden: int = 256,
        dropout: float = 0.5,
    ) -> None:
        super().__init__(
            ModelConfig(
                variant="simple-vgg",
                in_channels=in_channels,
                image_size=image_size,
                num_classes=num_classes,
                filters=tuple((width,) for width in filters),
                hidden=(hidden,),
                dropout=dropout,
            )
        )


def _build(layer: Layer, from_scratch: bool) -> nn.Module:
    name, arguments = _call(layer)
    # In place saves memory; the hand-written pools need their output in the backward pass.
    if name == "ReLU" and not from_scratch:
        arguments = {"inplace": True}
    module: nn.Module = getattr(scratch if from_scratch else nn, name)(**arguments)
    return module


def _call(layer: Layer) -> Call:
    """The name of a class of torch.nn or `scratch`, and its arguments."""
    match layer.kind:
        case "conv":
            return "Conv2d", {
                "in_channels": layer.in_shape[0],
                "out_channels": layer.out_shape[0],
                "kernel_size": layer.kernel_size,
                "padding": "same",
                "bias": layer.bias,
            }
        case "norm":
            return _norm(layer.variety, layer.in_shape[0], len(layer.in_shape) == 3)
        case "pool":
            return _pool(layer)
        case "activation":
            return _ACTIVATIONS[layer.variety], {}
        case "flatten":
            return "Flatten", {}
        case "linear":
            sizes = {"in_features": layer.in_shape[0], "out_features": layer.out_shape[0]}
            return "Linear", sizes
        case "dropout":
            return "Dropout", {"p": layer.dropout}


def _pool(layer: Layer) -> Call:
    if layer.variety == "adaptive":
        return "AdaptiveAvgPool2d", {"output_size": layer.out_shape[1]}
    name = "MaxPool2d" if layer.variety == "max" else "AvgPool2d"
    return name, {"kernel_size": layer.kernel_size, "stride": layer.stride}


def _norm(variety: str, width: int, of_maps: bool) -> Call:
    match variety:
        case "batch":
            return "BatchNorm2d" if of_maps else "BatchNorm1d", {"num_features": width}
        case "layer" if not of_maps:
            return "LayerNorm", {"normalized_shape": width}
        case "layer":
            groups = 1
        case _:
            # At most eight groups of two maps or more: a single map of 1 x 1 would always become 0.
            groups = max(1, gcd(16, width) // 2)
    return "GroupNorm", {"num_groups": groups, "num_channels": width}


@torch.no_grad()
def _initialize(module: nn.Module) -> None:
    """Keep the variance of activations: He et al., Delving Deep into Rectifiers (2015)."""
    weight, bias = getattr(module, "weight", None), getattr(module, "bias", None)
    if weight is None or weight.dim() < 2:  # none, or of a norm
        return
    if weight.is_meta:  # it has no values, and torch would import its compiler, which takes seconds
        return
    nn.init.kaiming_normal_(weight, mode="fan_in", nonlinearity="relu")
    if bias is not None:
        nn.init.zeros_(bias)
