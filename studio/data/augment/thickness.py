"""Strokes of light ink made thicker or thinner."""

import torch
from torch import Tensor
from torch.nn import functional


def thicken(pictures: Tensor, amount: Tensor) -> Tensor:
    """Grow strokes towards their 3x3 maximum, or thin them half as far towards their minimum.

    `amount` [N] is -1..1. Half, because a stroke of two pixels would be gone after a whole step.
    """
    amount = amount.to(pictures.device).view(-1, 1, 1, 1)
    sign = torch.where(amount > 0, 1.0, -1.0)
    towards = _largest_near(pictures * sign).mul_(sign)  # a minimum is -max(-x)
    return torch.lerp(pictures, towards, torch.where(amount > 0, amount, -amount / 2))


def _largest_near(pictures: Tensor) -> Tensor:
    """The 3x3 maximum, across and then down: on a CPU ten times as fast as max_pool2d."""
    wide = functional.pad(pictures, (1, 1, 1, 1), value=-torch.inf)
    across = torch.maximum(torch.maximum(wide[..., :-2], wide[..., 1:-1]), wide[..., 2:])
    above, here, below = across[..., :-2, :], across[..., 1:-1, :], across[..., 2:, :]
    return torch.maximum(torch.maximum(above, here), below)
