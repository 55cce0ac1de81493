"""Gaussian blur with a width for each picture."""

import math

import torch
from torch import Tensor
from torch.nn import functional

_REACH = 3  # standard deviations; 0.3 % of the bell lies beyond
_SHARP = 1e-3  # px; at this width the weight of every neighbour is 0 already


def blur(pictures: Tensor, sigma: Tensor, widest: float) -> Tensor:
    """Blur pictures [N, C, H, W] by Gaussians of `sigma` [N] pixels, none above `widest`.

    Borders reflect, as in torchvision's `gaussian_blur`. A sum of shifted copies for each axis was
    faster here than a grouped convolution or a product with a matrix of weights.
    """
    reach = math.ceil(_REACH * widest)
    for axis in (3, 2):
        weights = _bell(sigma, min(reach, pictures.shape[axis] - 1))
        pictures = _mix(pictures, weights.to(pictures.device), axis)
    return pictures


def _bell(sigma: Tensor, reach: int) -> Tensor:
    """Weights [2 * reach + 1, N, 1, 1, 1], of sum 1 for each picture."""
    steps = torch.arange(-reach, reach + 1, device=sigma.device).unsqueeze(1)
    weights = (-0.5 * (steps / sigma.clamp_min(_SHARP)) ** 2).exp()
    return (weights / weights.sum(0)).view(len(steps), -1, 1, 1, 1)


def _mix(pictures: Tensor, weights: Tensor, axis: int) -> Tensor:
    """The sum of the pictures shifted along `axis`, each times its weight."""
    size, reach = pictures.shape[axis], len(weights) // 2
    sides = (reach, reach, 0, 0) if axis == 3 else (0, 0, reach, reach)
    wide = functional.pad(pictures, sides, mode="reflect")
    mixed = wide.narrow(axis, 0, size) * weights[0]
    for step in range(1, len(weights)):
        mixed.addcmul_(wide.narrow(axis, step, size), weights[step])
    return mixed
