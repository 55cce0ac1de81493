"""The chance in one batch: numbers without a unit, which the settings then scale."""

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from studio.config import AugmentConfig

Draws = Mapping[str, Tensor]

# Settings that share one resampling, and those that share one pass over the pixels.
MOVES = frozenset({"rotate", "shear", "zoom", "shift", "flip_horizontal", "flip_vertical"})
SHADES = frozenset({"brightness", "contrast", "noise"})

# Name, and the settings of which any asks for it. New ones go to the end: recipes owe their
# networks to this order.
_ORDER = (
    *((name, MOVES) for name in ("rotate", "shear", "zoom", "across", "down")),
    ("flip_horizontal", {"flip_horizontal"}),
    ("thickness", {"thickness"}),
    ("flip_vertical", {"flip_vertical"}),
    ("blur", {"blur"}),
    ("brightness", {"brightness"}),
    ("contrast", {"contrast"}),
    ("noise", {"noise"}),
)
# These run from -1 to 1 instead of 0 to 1.
_BOTH_WAYS = {"rotate", "shear", "zoom", "across", "down", "thickness", "brightness", "contrast"}


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
    draws = {}
    for name, part in _shapes(shape, config).items():
        if name == "grain":
            draws[name] = torch.randn(part, generator=generator)
        else:
            even = torch.rand(part, generator=generator)
            draws[name] = even * 2 - 1 if name in _BOTH_WAYS else even
    return draws


def pack(draws: Draws) -> Tensor:
    """All draws of a batch as one tensor of one axis: it reaches a device in one copy."""
    return torch.cat([draw.flatten() for draw in draws.values()])


def unpack(packed: Tensor, shape: tuple[int, ...], config: AugmentConfig) -> dict[str, Tensor]:
    """The views of `packed` that `draw` made for `shape` and `config`."""
    shapes = _shapes(shape, config)
    parts = torch.split(packed, [math.prod(part) for part in shapes.values()])
    return {name: part.view(shapes[name]) for name, part in zip(shapes, parts, strict=True)}


def _shapes(shape: tuple[int, ...], config: AugmentConfig) -> dict[str, tuple[int, ...]]:
    active = turned_on(config)
    shapes: dict[str, tuple[int, ...]] = {
        name: shape[:1] for name, settings in _ORDER if active & settings
    }
    if config.noise:
        shapes["grain"] = shape
    if config.erase:
        shapes["erase"] = (shape[0], 5)
    return shapes
