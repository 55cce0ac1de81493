"""The chance in one batch: numbers without a unit, which the settings then scale."""

from collections.abc import Mapping

import torch
from torch import Tensor

from studio.config import AugmentConfig

Draws = Mapping[str, Tensor]

# Settings that share one resampling, and those that share one pass over the pixels.
MOVES = frozenset({"rotate", "shear", "zoom", "shift", "flip_horizontal", "flip_vertical"})
SHADES = frozenset({"brightness", "contrast", "noise"})

# Name, the settings of which any asks for it, and whether it runs from -1 instead of 0 to 1. New
# ones go to the end: recipes owe their networks to this order.
_ORDER = (
    *((name, MOVES, True) for name in ("rotate", "shear", "zoom", "across", "down")),
    ("flip_horizontal", {"flip_horizontal"}, False),
    ("thickness", {"thickness"}, True),
    ("flip_vertical", {"flip_vertical"}, False),
    ("blur", {"blur"}, False),
    ("brightness", {"brightness"}, True),
    ("contrast", {"contrast"}, True),
    ("noise", {"noise"}, False),
)


def turned_on(config: AugmentConfig) -> set[str]:
    """The settings that are not off."""
    return {name for name, value in config.model_dump().items() if value}


def draw(
    shape: tuple[int, ...], config: AugmentConfig, generator: torch.Generator
) -> dict[str, Tensor]:
    """Draw for pictures of `shape` (N, C, H, W) what `config` turns on, on the CPU.

    Each entry is uniform, one number a picture [N]; but `grain` [N, C, H, W] is normal, and
    `erase` [N, 5] has whether, area, proportion, top and left.
    """
    active, draws = turned_on(config), {}
    for name, settings, both_ways in _ORDER:
        if active & settings:
            even = torch.rand(shape[0], generator=generator)
            draws[name] = even * 2 - 1 if both_ways else even
    if config.noise:
        draws["grain"] = torch.randn(shape, generator=generator)
    if config.erase:
        draws["erase"] = torch.rand(shape[0], 5, generator=generator)
    return draws
