"""Random changes of a whole batch at once, each picture with its own draw. Needs torch."""

import math

import torch
from torch import Tensor
from torch.nn import functional

from studio.config import AugmentConfig


def augment(pictures: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """Change pictures [N, C, H, W] of 0..255 at random; float32 of the same shape and range.

    What comes in from outside the frame is 0. `generator` is a CPU generator: its draws are the
    same whatever device the pictures are on.
    """
    pictures = pictures.float()
    if config.rotate or config.shear or config.zoom or config.shift or config.flip_horizontal:
        matrix = _affine(len(pictures), config, generator).to(pictures.device)
        grid = functional.affine_grid(matrix, list(pictures.shape), align_corners=False)
        pictures = functional.grid_sample(pictures, grid, align_corners=False)
    if config.thickness:
        amount = _draw(len(pictures), config.thickness, generator).to(pictures.device)
        pictures = _thicken(pictures, amount.view(-1, 1, 1, 1))
    return pictures


def _draw(count: int, limit: float, generator: torch.Generator) -> Tensor:
    """Uniform in -limit..limit."""
    return (torch.rand(count, generator=generator) * 2 - 1) * limit


def _affine(count: int, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """One matrix [N, 2, 3] for all geometric changes, from output to input coordinates.

    Rotation after horizontal shear after zoom and flip, then the shift; coordinates run -1..1.
    """
    angle = _draw(count, math.radians(config.rotate), generator)
    shear = _draw(count, math.radians(config.shear), generator).tan()
    zoom = 1 / (1 + _draw(count, config.zoom, generator))
    across = _draw(count, 2 * config.shift, generator)
    down = _draw(count, 2 * config.shift, generator)
    side = zoom
    if config.flip_horizontal:
        side = zoom * (torch.rand(count, generator=generator) < 0.5).float().mul(2).sub(1)
    cos, sin = angle.cos(), angle.sin()
    rows = (
        torch.stack((side * cos, side * (shear * cos - sin), across), dim=1),
        torch.stack((zoom * sin, zoom * (shear * sin + cos), down), dim=1),
    )
    return torch.stack(rows, dim=1)


def _thicken(pictures: Tensor, amount: Tensor) -> Tensor:
    """Grow strokes towards their 3x3 maximum, or thin them half as far towards their minimum.

    Half, because a stroke of two pixels would be gone after a whole step.
    """
    grown = functional.max_pool2d(pictures, 3, stride=1, padding=1)
    worn = -functional.max_pool2d(-pictures, 3, stride=1, padding=1)
    towards = torch.where(amount > 0, grown, worn)
    share = torch.where(amount > 0, amount, -amount / 2)
    return torch.lerp(pictures, towards, share)
