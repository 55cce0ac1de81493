"""Random erasing: some pictures lose a rectangle."""

import math

import torch
from torch import Tensor

# Zhong et al., Random Erasing Data Augmentation (2017): area and proportion of the rectangle.
_AREA = (0.02, 0.4)
_PROPORTION = (0.3, 1 / 0.3)


def erase(pictures: Tensor, share: float, draws: Tensor) -> Tensor:
    """Fill a rectangle with its picture's mean colour in `share` of the pictures [N, C, H, W].

    `draws` [N, 5] of 0..1 are whether, area, proportion, top and left. Of the source's fills the
    mean is the quietest on ink and photographs alike: little of it is left after normalization.
    """
    rows, columns = pictures.shape[2:]
    top, left, height, width = _rectangles(draws, rows, columns).to(pictures.device)
    height = torch.where(draws[:, 0].to(pictures.device) < share, height, 0)
    hidden_rows = _within(top, height, rows).unsqueeze(2)
    hidden = hidden_rows & _within(left, width, columns).unsqueeze(1)
    return torch.where(hidden.unsqueeze(1), pictures.mean((2, 3), keepdim=True), pictures)


def _rectangles(draws: Tensor, rows: int, columns: int) -> Tensor:
    """Top, left, height and width [4, N] in whole pixels.

    A side longer than the picture's is cut to it, where the source would draw again.
    """
    _, area, proportion, down, across = draws.unbind(1)
    area = (_AREA[0] + area * (_AREA[1] - _AREA[0])) * rows * columns
    low, high = (math.log(value) for value in _PROPORTION)
    proportion = (low + proportion * (high - low)).exp()  # as often upright as lying
    height = (area * proportion).sqrt().round().clamp(1, rows)
    width = (area / proportion).sqrt().round().clamp(1, columns)
    top, left = (down * (rows - height)).round(), (across * (columns - width)).round()
    return torch.stack((top, left, height, width))


def _within(start: Tensor, length: Tensor, size: int) -> Tensor:
    """Which of `size` places lie in `start` .. `start + length`, [N, size]."""
    places = torch.arange(size, device=start.device)
    return (places >= start.unsqueeze(1)) & (places < (start + length).unsqueeze(1))
