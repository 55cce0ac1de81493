"""VGG models: a table of variants, a plan of layers, and the module built from the plan."""

from typing import TYPE_CHECKING

from studio.models.layer import Layer
from studio.models.plan import Summary, plan_layers, smallest_size, summarize
from studio.models.variants import VARIANT_FIELDS, VARIANTS, Variant

if TYPE_CHECKING:
    from torch import nn

    from studio.config import ModelConfig
    from studio.models.vgg import SimpleVGGModel

__all__ = [
    "VARIANTS",
    "VARIANT_FIELDS",
    "Layer",
    "SimpleVGGModel",
    "Summary",
    "Variant",
    "build_model",
    "plan_layers",
    "smallest_size",
    "summarize",
]


def build_model(config: "ModelConfig") -> "nn.Module":
    """Build the model of a configuration; see `studio.models.vgg.VGG`.

    Torch is imported on the first call, so that the window opens without it.
    """
    from studio.models.vgg import VGG

    return VGG(config)


def __getattr__(name: str) -> type:
    """Import `SimpleVGGModel` on first use, because it imports torch."""
    if name != "SimpleVGGModel":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from studio.models.vgg import SimpleVGGModel

    return SimpleVGGModel
