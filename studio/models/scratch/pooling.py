"""Pools: each window of a map becomes one number."""

from collections.abc import Iterator
from functools import reduce
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from studio.models.scratch.arguments import Pair, Size, pair, refuse
from studio.models.scratch.windows import pad, places


class _Pool(nn.Module):
    """A window and its steps; by default windows do not overlap."""

    def __init__(self, kernel_size: Size, stride: Size | None, padding: Size) -> None:
        super().__init__()
        self.kernel_size = pair(kernel_size)
        self.stride = pair(kernel_size if stride is None else stride)
        height, width = pair(padding)
        kernel = self.kernel_size
        refuse(type(self).__name__, padding=2 * height > kernel[0] or 2 * width > kernel[1])
        self.margins = (width, width, height, height)


class MaxPool2d(_Pool):
    """The largest number of each window of maps [N, C, H, W]."""

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
        refuse(
            "MaxPool2d",
            dilation=pair(dilation) != (1, 1),
            return_indices=return_indices,
            ceil_mode=ceil_mode,
        )

    def forward(self, maps: Tensor) -> Tensor:
        padded = pad(maps, self.margins, float("-inf"))
        largest: Tensor = _Largest.apply(padded, self.kernel_size, self.stride)
        return largest


class _Largest(torch.autograd.Function):
    """Backward, the gradient goes to the pixel that was the largest, the first one of equals."""

    @staticmethod
    def forward(ctx: Any, maps: Tensor, kernel: Pair, stride: Pair) -> Tensor:
        # Copied, since windows of one pixel would give the maps themselves.
        largest = reduce(torch.maximum, places(maps, kernel, stride)).clone()
        ctx.kernel, ctx.stride = kernel, stride
        ctx.save_for_backward(maps, largest)
        return largest

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None, None]:
        maps, largest = ctx.saved_tensors
        left = torch.empty_like(largest).copy_(grad)  # what no pixel has got yet
        is_largest = torch.empty_like(largest)
        pixels = torch.zeros_like(maps)
        seen = places(maps, ctx.kernel, ctx.stride)
        for target, pixel in zip(places(pixels, ctx.kernel, ctx.stride), seen, strict=True):
            torch.eq(pixel, largest, out=is_largest)  # 1 or 0: numbers are faster than booleans
            target.addcmul_(is_largest, left)
            left.addcmul_(is_largest, left, value=-1)
        return pixels, None, None


class AvgPool2d(_Pool):
    """The mean of each window of maps [N, C, H, W]; zeros put around a map count."""

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
        refuse(
            "AvgPool2d",
            ceil_mode=ceil_mode,
            count_include_pad=not count_include_pad,
            divisor_override=divisor_override is not None,
        )

    def forward(self, maps: Tensor) -> Tensor:
        padded = pad(maps, self.margins)
        total = reduce(torch.add, places(padded, self.kernel_size, self.stride))
        return total / (self.kernel_size[0] * self.kernel_size[1])


class AdaptiveAvgPool2d(nn.Module):
    """Means over windows that cut maps [N, C, H, W] of any size into `output_size` parts."""

    def __init__(self, output_size: Size) -> None:
        super().__init__()
        self.output_size = pair(output_size)

    def forward(self, maps: Tensor) -> Tensor:
        # The windows are rectangles: the mean of one is the mean of the means of its rows.
        height, width = self.output_size
        rows = torch.stack([maps[:, :, part].mean(2) for part in _parts(maps.shape[2], height)], 2)
        return torch.stack([rows[..., part].mean(3) for part in _parts(maps.shape[3], width)], 3)


def _parts(side: int, count: int) -> Iterator[slice]:
    """`count` slices that cover `side` evenly; neighbours overlap where it cannot be divided."""
    for place in range(count):
        yield slice(place * side // count, -(-(place + 1) * side // count))
