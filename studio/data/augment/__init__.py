"""Random changes of a whole batch at once, each picture with its own draws. Needs torch."""

import torch
from torch import Tensor

from studio.config import AugmentConfig
from studio.data.augment.blur import blur
from studio.data.augment.color import shade
from studio.data.augment.erase import erase
from studio.data.augment.geometry import move
from studio.data.augment.parameters import MOVES, SHADES, Draws, draw, pack, turned_on, unpack
from studio.data.augment.thickness import thicken

__all__ = ["Draws", "apply", "augment", "draw", "pack", "unpack"]


def augment(pictures: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """Change pictures [N, C, H, W] of 0..255 at random; float32 of the same shape and range.

    `generator` is a CPU generator: its draws are the same whatever device the pictures are on,
    and none are taken for what `config` leaves off.
    """
    return apply(pictures, config, draw(tuple(pictures.shape), config, generator))


def apply(pictures: Tensor, config: AugmentConfig, draws: Draws) -> Tensor:
    """Change pictures as `draws` say, which hold at least what `config` turns on.

    In the order in which a picture comes about: the thing is moved and its strokes are drawn, the
    lens blurs it, the sensor adds light and noise, and something may hide a part of it. What comes
    in from outside the frame is 0. Sums of weights may leave 0..255 by their rounding, below 1e-3.
    """
    pictures, active = pictures.float(), turned_on(config)
    if active & MOVES:
        pictures = move(pictures, config, draws)
    if config.thickness:
        pictures = thicken(pictures, draws["thickness"] * config.thickness)
    if config.blur:
        pictures = blur(pictures, draws["blur"] * config.blur, config.blur)
    if active & SHADES:
        pictures = shade(pictures, config, draws)
    if config.erase:
        pictures = erase(pictures, config.erase, draws["erase"])
    return pictures
