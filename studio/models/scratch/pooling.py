"""Pooling layers: each window of a feature map becomes one value."""

from collections.abc import Iterator
from functools import reduce
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from studio.models.scratch.arguments import Pair, Size, pair, reject_unsupported
from studio.models.scratch.windows import pad, shifted_views


class _Pool(nn.Module):
    """A window and its stride; by default windows do not overlap."""

    def __init__(self, kernel_size: Size, stride: Size | None, padding: Size) -> None:
        super().__init__()
        self.kernel_size = pair(kernel_size)
        self.stride = pair(kernel_size if stride is None else stride)
        height, width = pair(padding)
        kernel = self.kernel_size
        reject_unsupported(
            type(self).__name__, padding=2 * height > kernel[0] or 2 * width > kernel[1]
        )
        self.margins = (width, width, height, height)


class MaxPool2d(_Pool):
    """The maximum of each window of maps [N, C, H, W]."""

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__(kernel_size, stride, padding)
        reject_unsupported(
            "MaxPool2d",
            dilation=pair(dilation) != (1, 1),
            return_indices=return_indices,
            ceil_mode=ceil_mode,
        )

    def forward(self, maps: Tensor) -> Tensor:
        padded = pad(maps, self.margins, float("-inf"))
        largest: Tensor = _Maximum.apply(padded, self.kernel_size, self.stride)
        return largest


class _Maximum(torch.autograd.Function):
    """The gradient goes to the maximum of the window, the first of equal ones."""

    @staticmethod
    def forward(ctx: Any, maps: Tensor, kernel: Pair, stride: Pair) -> Tensor:
        # Copied, because with windows of one pixel the result would be the maps themselves.
        largest = reduce(torch.maximum, shifted_views(maps, kernel, stride)).clone()
        ctx.kernel, ctx.stride = kernel, stride
        ctx.save_for_backward(maps, largest)
        return largest

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None, None]:
        maps, largest = ctx.saved_tensors
        remaining = torch.empty_like(largest).copy_(grad)  # what no pixel has received yet
        is_largest = torch.empty_like(largest)
        pixels = torch.zeros_like(maps)
        views = shifted_views(maps, ctx.kernel, ctx.stride)
        for target, pixel in zip(shifted_views(pixels, ctx.kernel, ctx.stride), views, strict=True):
            torch.eq(pixel, largest, out=is_largest)  # floats 1 and 0 are faster than booleans
            target.addcmul_(is_largest, remaining)
            remaining.addcmul_(is_largest, remaining, value=-1)
        return pixels, None, None


class AvgPool2d(_Pool):
    """The mean of each window of maps [N, C, H, W]; zeros of the padding count."""

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        super().__init__(kernel_size, stride, padding)
        reject_unsupported(
            "AvgPool2d",
            ceil_mode=ceil_mode,
            count_include_pad=not count_include_pad,
            divisor_override=divisor_override is not None,
        )

    def forward(self, maps: Tensor) -> Tensor:
        padded = pad(maps, self.margins)
        total = reduce(torch.add, shifted_views(padded, self.kernel_size, self.stride))
        return total / (self.kernel_size[0] * self.kernel_size[1])


class AdaptiveAvgPool2d(nn.Module):
    """Means over `output_size` windows that cover maps [N, C, H, W] of any size."""

    def __init__(self, output_size: Size) -> None:
        super().__init__()
        self.output_size = pair(output_size)

    def forward(self, maps: Tensor) -> Tensor:
        # The mean of a rectangle is the mean of the means of its rows.
        height, width = self.output_size
        rows = torch.stack([maps[:, :, some].mean(2) for some in _slices(maps.shape[2], height)], 2)
        return torch.stack([rows[..., some].mean(3) for some in _slices(maps.shape[3], width)], 3)


def _slices(side: int, count: int) -> Iterator[slice]:
    """`count` slices that cover `side` evenly; neighbors overlap if it is not divisible."""
    for index in range(count):
        yield slice(index * side // count, -(-(index + 1) * side // count))
