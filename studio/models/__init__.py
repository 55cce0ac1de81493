"""The VGG family: a table of variants, one plan of layers, one builder."""

from typing import TYPE_CHECKING

from studio.models.family import VARIANTS, Variant
from studio.models.plan import Layer, plan_layers
from studio.models.summary import Summary, summarize

if TYPE_CHECKING:
    from torch import nn

    from studio.config import ModelConfig

__all__ = ["VARIANTS", "Layer", "Summary", "Variant", "build_model", "plan_layers", "summarize"]


def build_model(config: "ModelConfig") -> "nn.Module":
    """The network of a configuration; see `studio.models.vgg.VGG`.

    Torch is imported on the first call, not before: the window opens without it.
    """
    from studio.models.vgg import VGG

    return VGG(config)
