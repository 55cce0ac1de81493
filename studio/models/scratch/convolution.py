"""Convolution as one matrix product."""

from typing import Literal

import torch
from torch import Tensor, nn

from studio.models.scratch.arguments import Pair, Size, pair, reject_unsupported
from studio.models.scratch.linear import affine, initialize
from studio.models.scratch.windows import im2col, pad

Padding = Size | Literal["same", "valid"]


class Conv2d(nn.Module):
    """2D convolution of images [N, in_channels, H, W] with `out_channels` filters.

    y[n, o, i, j] = b[o] + sum over c, u, v of w[o, c, u, v] x[n, c, i s + u, j s + v], stride s.
    Y. LeCun et al., Gradient-Based Learning Applied to Document Recognition (1998).
    With the pixels of each window as a row of a matrix, all sums are one matrix product (im2col).
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        stride: Size = 1,
        padding: Padding = 0,
        dilation: Size = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
    ) -> None:
        super().__init__()
        self.kernel_size, self.stride = pair(kernel_size), pair(stride)
        reject_unsupported(
            "Conv2d",
            dilation=pair(dilation) != (1, 1),
            groups=groups != 1,
            padding=padding == "same" and self.stride != (1, 1),
            padding_mode=padding_mode != "zeros",
        )
        self.margins = _margins(padding, self.kernel_size)
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, *self.kernel_size))
        self.bias = nn.Parameter(torch.empty(out_channels)) if bias else None
        initialize(self.weight, self.bias)

    def forward(self, images: Tensor) -> Tensor:
        padded = pad(_cast(images), self.margins)
        windows = im2col(padded, self.kernel_size, self.stride)
        # Each filter is a column, its weights in the order of a window's pixels.
        filters = self.weight.permute(2, 3, 1, 0).flatten(0, 2)
        maps = affine(windows.flatten(0, 2), filters, self.bias)
        # Channels are last in memory (channels_last) and second in the shape.
        return maps.view(*windows.shape[:3], -1).permute(0, 3, 1, 2)


def _margins(padding: Padding, kernel: Pair) -> tuple[int, int, int, int]:
    """Zeros to pad on the left, right, top and bottom."""
    if padding == "same":
        vertical, horizontal = kernel[0] - 1, kernel[1] - 1
        left, top = horizontal // 2, vertical // 2
        return left, horizontal - left, top, vertical - top
    height, width = pair(0 if padding == "valid" else padding)
    return width, width, height, height


def _cast(values: Tensor) -> Tensor:
    """Convert to the autocast precision first, so that the windows are copied in it."""
    device = values.device.type
    if torch.is_autocast_enabled(device):
        return values.to(torch.get_autocast_dtype(device))
    return values
