"""Sliding windows over images: im2col, and the views that pooling reduces."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional

from studio.models.scratch.arguments import Pair


def pad(images: Tensor, margins: tuple[int, int, int, int], value: float = 0.0) -> Tensor:
    """Pad images [N, C, H, W] with `value`: pixels on the left, right, top and bottom."""
    # Torch's pad copies the images even if nothing is added.
    return functional.pad(images, margins, value=value) if any(margins) else images


def im2col(images: Tensor, kernel: Pair, stride: Pair) -> Tensor:
    """Return the pixels of each window as a vector: [N, H', W', kernel height * kernel width * C].

    `images` are [N, C, H, W]; H' and W' are the numbers of windows per column and row.
    K. Chellapilla, S. Puri and P. Simard, High Performance Convolutional Neural Networks for
    Document Processing (2006). Raises RuntimeError when an image is smaller than a window.
    """
    windows: Tensor = _Im2Col.apply(images, kernel, stride)
    return windows


def shifted_views(images: Tensor, kernel: Pair, stride: Pair) -> Iterator[Tensor]:
    """Yield, for each position in a window, row by row, the pixels that all windows have there.

    They are views [N, C, H', W'] of `images` [N, C, H, W]: writing to one changes the images.
    Raises RuntimeError when an image is smaller than a window.
    """
    rows = images.shape[2] - kernel[0] + 1
    columns = images.shape[3] - kernel[1] + 1
    if min(rows, columns) < 1:
        raise RuntimeError(f"A window {kernel} does not fit into {tuple(images.shape[2:])}.")
    for top in range(kernel[0]):
        for left in range(kernel[1]):
            yield images[:, :, top : top + rows : stride[0], left : left + columns : stride[1]]


class _Im2Col(torch.autograd.Function):
    """Copies pixels; the gradient of a pixel is the sum over all windows it is in (col2im)."""

    @staticmethod
    def forward(ctx: Any, images: Tensor, kernel: Pair, stride: Pair) -> Tensor:
        ctx.shape, ctx.kernel, ctx.stride = images.shape, kernel, stride
        # A view: [N, C, H', W', kernel height, kernel width].
        windows = images.unfold(2, kernel[0], stride[0]).unfold(3, kernel[1], stride[1])
        channels, width = windows.shape[1], windows.shape[3]
        # Copying is fast in long runs: along a row of an image, or along a row of a window.
        if width > kernel[1] * channels:
            return windows.permute(4, 5, 1, 0, 2, 3).flatten(0, 2).permute(1, 2, 3, 0)
        return windows.permute(0, 2, 3, 4, 5, 1).flatten(3)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None, None]:
        count, channels, height, width = ctx.shape
        pixels = grad.new_zeros(count, height, width, channels).permute(0, 3, 1, 2)
        grads = grad.view(*grad.shape[:3], -1, channels).permute(3, 0, 4, 1, 2)
        for target, part in zip(shifted_views(pixels, ctx.kernel, ctx.stride), grads, strict=True):
            target += part
        return pixels, None, None
