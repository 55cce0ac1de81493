"""The one torch module of the family: it builds the plan, layer by layer."""

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from math import gcd

import torch
from torch import Tensor, nn

from studio.config import ModelConfig
from studio.models.layer import Layer
from studio.models.plan import plan_layers

_ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "relu": partial(nn.ReLU, inplace=True),
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "tanh": nn.Tanh,
}


class VGG(nn.Module):
    """A network of the VGG family: float [N, in_channels, S, S] in, logits [N, num_classes] out.

    Layers carry the names of K. Simonyan and A. Zisserman, Very Deep Convolutional Networks for
    Large-Scale Image Recognition (2015): conv1_1, conv1_2, pool1 and so on.
    Raises ConfigError when the configuration describes no possible network.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        layers = OrderedDict((layer.name, _module(layer)) for layer in plan_layers(config))
        self.layers = nn.Sequential(layers)
        self.layers.apply(_initialise)

    def forward(self, pictures: Tensor) -> Tensor:
        logits: Tensor = self.layers(pictures)
        return logits


def _module(layer: Layer) -> nn.Module:
    width = layer.out_shape[0]
    match layer.kind:
        case "conv":
            return nn.Conv2d(
                layer.in_shape[0], width, layer.kernel_size, padding="same", bias=layer.bias
            )
        case "norm":
            return _norm(layer)
        case "pool":
            return _pool(layer)
        case "activation":
            return _ACTIVATIONS[layer.variety]()
        case "flatten":
            return nn.Flatten()
        case "linear":
            return nn.Linear(layer.in_shape[0], width)
        case "dropout":
            return nn.Dropout(layer.dropout)


def _norm(layer: Layer) -> nn.Module:
    width, of_maps = layer.in_shape[0], len(layer.in_shape) == 3
    match layer.variety:
        case "batch":
            return nn.BatchNorm2d(width) if of_maps else nn.BatchNorm1d(width)
        case "layer":
            return nn.GroupNorm(1, width) if of_maps else nn.LayerNorm(width)
        case _:
            # Eight groups, or fewer: one map alone at 1 x 1 would always become 0.
            return nn.GroupNorm(max(1, gcd(16, width) // 2), width)


def _pool(layer: Layer) -> nn.Module:
    if layer.variety == "adaptive":
        return nn.AdaptiveAvgPool2d(layer.out_shape[1])
    pool = nn.MaxPool2d if layer.variety == "max" else nn.AvgPool2d
    return pool(layer.kernel_size, layer.stride)


@torch.no_grad()
def _initialise(module: nn.Module) -> None:
    """Keep the signal's variance through ReLUs: He et al., Delving Deep into Rectifiers (2015)."""
    if isinstance(module, nn.Conv2d | nn.Linear):
        nn.init.kaiming_normal_(module.weight, mode="fan_in", nonlinearity="relu")
        if module.bias is not None:
            nn.init.zeros_(module.bias)
