"""The layers of VGG models written by hand; names, arguments and weights are those of torch.nn."""

from studio.models.scratch.activations import ELU, GELU, LeakyReLU, ReLU, SiLU, Tanh
from studio.models.scratch.batch_norm import BatchNorm1d, BatchNorm2d
from studio.models.scratch.convolution import Conv2d
from studio.models.scratch.dropout import Dropout
from studio.models.scratch.linear import Flatten, Linear
from studio.models.scratch.norms import GroupNorm, LayerNorm
from studio.models.scratch.pooling import AdaptiveAvgPool2d, AvgPool2d, MaxPool2d

__all__ = [
    "ELU",
    "GELU",
    "AdaptiveAvgPool2d",
    "AvgPool2d",
    "BatchNorm1d",
    "BatchNorm2d",
    "Conv2d",
    "Dropout",
    "Flatten",
    "GroupNorm",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "MaxPool2d",
    "ReLU",
    "SiLU",
    "Tanh",
]
