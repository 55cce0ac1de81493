"""Windows that slide over pictures: what each one sees, and what all see at one place."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional

from studio.models.scratch.arguments import Pair


def pad(pictures: Tensor, margins: tuple[int, int, int, int], value: float = 0.0) -> Tensor:
    """Put `value` around pictures [N, C, H, W]: so many pixels left, right, above and below."""
    # Torch's pad copies the pictures even where there is nothing to add.
    return functional.pad(pictures, margins, value=value) if any(margins) else pictures


def im2col(pictures: Tensor, kernel: Pair, stride: Pair) -> Tensor:
    """What each window sees, as one vector: [N, H', W', kernel height * kernel width * C].

    `pictures` are [N, C, H, W]; H' and W' windows fit below and beside each other.
    K. Chellapilla, S. Puri and P. Simard, High Performance Convolutional Neural Networks for
    Document Processing (2006). Raises RuntimeError when a picture is smaller than a window.
    """
    seen: Tensor = _Im2Col.apply(pictures, kernel, stride)
    return seen


def places(pictures: Tensor, kernel: Pair, stride: Pair) -> Iterator[Tensor]:
    """For each place in a window, row by row, the pixels that all windows have there.

    Views [N, C, H', W'] of `pictures` [N, C, H, W]: what is written to one lands in the pictures.
    Raises RuntimeError when a picture is smaller than a window.
    """
    rows = pictures.shape[2] - kernel[0] + 1
    columns = pictures.shape[3] - kernel[1] + 1
    if min(rows, columns) < 1:
        raise RuntimeError(f"A window {kernel} does not fit into {tuple(pictures.shape[2:])}.")
    for top in range(kernel[0]):
        for left in range(kernel[1]):
            yield pictures[:, :, top : top + rows : stride[0], left : left + columns : stride[1]]


class _Im2Col(torch.autograd.Function):
    """A copy of pixels; backward, each pixel gets the sum over all windows that saw it (col2im)."""

    @staticmethod
    def forward(ctx: Any, pictures: Tensor, kernel: Pair, stride: Pair) -> Tensor:
        ctx.shape, ctx.kernel, ctx.stride = pictures.shape, kernel, stride
        # A view that copies nothing: [N, C, H', W', kernel height, kernel width].
        windows = pictures.unfold(2, kernel[0], stride[0]).unfold(3, kernel[1], stride[1])
        channels, width = windows.shape[1], windows.shape[3]
        # Copying is fast in long runs: along a row of a picture, or along a row of a window.
        if width > kernel[1] * channels:
            return windows.permute(4, 5, 1, 0, 2, 3).flatten(0, 2).permute(1, 2, 3, 0)
        return windows.permute(0, 2, 3, 4, 5, 1).flatten(3)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None, None]:
        count, channels, height, width = ctx.shape
        pixels = grad.new_zeros(count, height, width, channels).permute(0, 3, 1, 2)
        shares = grad.view(*grad.shape[:3], -1, channels).permute(3, 0, 4, 1, 2)
        for target, share in zip(places(pixels, ctx.kernel, ctx.stride), shares, strict=True):
            target += share
        return pixels, None, None
