"""The convolution as one matrix product."""

from typing import Literal

import torch
from torch import Tensor, nn

from studio.models.scratch.arguments import Pair, Size, pair, refuse
from studio.models.scratch.linear import affine, initialise
from studio.models.scratch.windows import im2col, pad

Padding = Size | Literal["same", "valid"]


class Conv2d(nn.Module):
    """Filters slide over pictures [N, in_channels, H, W] and answer how much a place is like them.

    y[n, o, i, j] = b[o] + sum over c, u, v of w[o, c, u, v] x[n, c, i s + u, j s + v], stride s.
    Y. LeCun et al., Gradient-Based Learning Applied to Document Recognition (1998).
    With what each window sees as one row of a matrix, all these sums are one matrix product.
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
        refuse(
            "Conv2d",
            dilation=pair(dilation) != (1, 1),
            groups=groups != 1,
            padding=padding == "same" and self.stride != (1, 1),
            padding_mode=padding_mode != "zeros",
        )
        self.margins = _margins(padding, self.kernel_size)
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, *self.kernel_size))
        self.bias = nn.Parameter(torch.empty(out_channels)) if bias else None
        initialise(self.weight, self.bias)

    def forward(self, pictures: Tensor) -> Tensor:
        padded = pad(_cast(pictures), self.margins)
        windows = im2col(padded, self.kernel_size, self.stride)
        # Each filter as a column, its numbers in the order of a window's.
        filters = self.weight.permute(2, 3, 1, 0).flatten(0, 2)
        maps = affine(windows.flatten(0, 2), filters, self.bias)
        # Channels come last in memory and, as torch has it, second in the shape.
        return maps.view(*windows.shape[:3], -1).permute(0, 3, 1, 2)


def _margins(padding: Padding, kernel: Pair) -> tuple[int, int, int, int]:
    """Zeros to put left, right, above and below."""
    if padding == "same":
        spare = kernel[0] - 1, kernel[1] - 1
        before = spare[0] // 2, spare[1] // 2
        return before[1], spare[1] - before[1], before[0], spare[0] - before[0]
    height, width = pair(0 if padding == "valid" else padding)
    return width, width, height, height


def _cast(values: Tensor) -> Tensor:
    """In the precision of the product to come, so that the windows are copied in it already."""
    device = values.device.type
    if torch.is_autocast_enabled(device):
        return values.to(torch.get_autocast_dtype(device))
    return values
