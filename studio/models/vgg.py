"""The one torch module of the family: it builds the plan, layer by layer."""

from collections import OrderedDict

import torch
from torch import Tensor, nn

from studio.config import ModelConfig
from studio.models.plan import Layer, plan_layers


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
    match layer.kind:
        case "conv":
            width = layer.out_shape[0]
            return nn.Conv2d(layer.in_shape[0], width, layer.kernel_size, padding="same")
        case "norm":
            return nn.BatchNorm2d(layer.in_shape[0])
        case "pool":
            return nn.MaxPool2d(layer.kernel_size)
        case "relu":
            return nn.ReLU(inplace=True)
        case "flatten":
            return nn.Flatten()
        case "linear":
            return nn.Linear(layer.in_shape[0], layer.out_shape[0])
        case "dropout":
            return nn.Dropout(layer.dropout)


@torch.no_grad()
def _initialise(module: nn.Module) -> None:
    """Keep the signal's variance through ReLUs: He et al., Delving Deep into Rectifiers (2015)."""
    if isinstance(module, nn.Conv2d | nn.Linear):
        nn.init.kaiming_normal_(module.weight, mode="fan_in", nonlinearity="relu")
        if module.bias is not None:
            nn.init.zeros_(module.bias)
