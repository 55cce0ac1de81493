"""Brightness, contrast and noise in one pass over the pixels."""

import torch
from torch import Tensor

from studio.config import AugmentConfig
from studio.data.augment.parameters import Draws

_LUMA = (0.2989, 0.587, 0.114)  # of red, green and blue, as torchvision weighs them


def shade(pictures: Tensor, config: AugmentConfig, draws: Draws) -> Tensor:
    """Scale pictures [N, C, H, W] and their distance from their mean, add noise, clamp once.

    A factor of brightness or contrast is 1 plus the draw times the setting, and means what it does
    in torchvision's `adjust_brightness` and `adjust_contrast`.
    """
    if config.brightness or config.contrast:
        pictures = _relight(pictures, config, draws)
    if config.noise:
        deviation = (draws["noise"] * (255 * config.noise)).to(pictures.device)
        grain = draws["grain"].to(pictures.device)
        pictures = torch.addcmul(pictures, grain, deviation.view(-1, 1, 1, 1))
    return pictures.clamp(0, 255)


def _relight(pictures: Tensor, config: AugmentConfig, draws: Draws) -> Tensor:
    """Brightness and contrast together are one factor and one summand for each picture."""
    factor, summand = pictures.new_ones(len(pictures)), pictures.new_zeros(len(pictures))
    if config.brightness:
        factor = 1 + draws["brightness"].to(pictures.device) * config.brightness
    if config.contrast:
        contrast = 1 + draws["contrast"].to(pictures.device) * config.contrast
        summand = factor * (1 - contrast) * _mean(pictures)
        factor = factor * contrast
    return torch.addcmul(summand.view(-1, 1, 1, 1), pictures, factor.view(-1, 1, 1, 1))


def _mean(pictures: Tensor) -> Tensor:
    """The mean [N] of each picture seen in grey."""
    means = pictures.mean((2, 3))
    if means.shape[1] == len(_LUMA):
        red, green, blue = means.unbind(1)
        return red * _LUMA[0] + green * _LUMA[1] + blue * _LUMA[2]
    return means.mean(1)
