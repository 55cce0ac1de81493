"""Rotation, slant, zoom, shift and mirroring in one resampling."""

import math

import torch
from torch import Tensor
from torch.nn import functional

from studio.config import AugmentConfig
from studio.data.augment.parameters import Draws


def move(pictures: Tensor, config: AugmentConfig, draws: Draws) -> Tensor:
    """Resample pictures [N, C, H, W] once, bilinearly; 0 comes in from outside.

    Angles and the centre are torchvision's: a positive draw turns counter-clockwise as
    `functional.rotate`, slants and enlarges as `functional.affine`. It shifts to the left and up.
    """
    rows, columns = pictures.shape[2:]
    matrix = _affine(config, draws, rows / columns).to(pictures.device)
    return functional.grid_sample(pictures, affine_grid(matrix, rows, columns), align_corners=False)


def affine_grid(matrix: Tensor, rows: int, columns: int) -> Tensor:
    """Where each pixel [N, rows, columns, 2] comes from, in -1..1, by affine maps [N, 2, 3].

    As torch's, which multiplies every pixel with its matrix: four times as long for 32 of 28x28.
    """
    x_part, y_part, shift = matrix[..., None, None].unbind(2)
    x, y = _centres(columns, matrix.device), _centres(rows, matrix.device).unsqueeze(1)
    return (x_part * x + (y_part * y + shift)).permute(0, 2, 3, 1)


def _centres(count: int, device: torch.device) -> Tensor:
    """The centres of `count` pixels in a row that runs from -1 to 1."""
    return torch.linspace(1 / count - 1, 1 - 1 / count, count, device=device)


def _affine(config: AugmentConfig, draws: Draws, ratio: float) -> Tensor:
    """One matrix [N, 2, 3] for all geometric changes, from output to input coordinates.

    Read from input to output, a picture is shifted, mirrored and zoomed, turned, then slanted.
    Coordinates run -1..1 both ways; `ratio` of height to width keeps angles right off the square.
    """
    angle = draws["rotate"] * math.radians(config.rotate)
    shear = (draws["shear"] * math.radians(config.shear)).tan()
    zoom = 1 / (1 + draws["zoom"] * config.zoom)
    across = draws["across"] * (2 * config.shift)
    down = draws["down"] * (2 * config.shift)
    side = zoom * _side(draws["flip_horizontal"]) if config.flip_horizontal else zoom
    rise = zoom * _side(draws["flip_vertical"]) if config.flip_vertical else zoom
    cos, sin = angle.cos(), angle.sin()
    rows = (
        torch.stack((side * cos, side * (shear * cos - sin) * ratio, across), dim=1),
        torch.stack((rise * sin / ratio, rise * (shear * sin + cos), down), dim=1),
    )
    return torch.stack(rows, dim=1)


def _side(chance: Tensor) -> Tensor:
    """1 for a picture that stays and -1 for one that is mirrored, half of them."""
    return (chance < 0.5).float().mul(2).sub(1)
