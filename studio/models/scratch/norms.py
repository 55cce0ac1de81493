"""Normalization of single images to mean 0 and variance 1."""

import torch
from torch import Tensor, nn

from studio.models.scratch.arguments import reject_unsupported


class LayerNorm(nn.Module):
    """y = x̂ w + b, x̂ standardized over the last axes, of shape `normalized_shape`.

    J. Ba, J. Kiros and G. Hinton, Layer Normalization (2016).
    """

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
    ) -> None:
        super().__init__()
        reject_unsupported("LayerNorm", elementwise_affine=not elementwise_affine, bias=not bias)
        self.weight = nn.Parameter(torch.ones(normalized_shape))
        self.bias = nn.Parameter(torch.zeros(normalized_shape))
        self.eps = eps

    def forward(self, values: Tensor) -> Tensor:
        standard = _standardize(to_float32(values), self.weight.ndim, self.eps)
        return torch.addcmul(self.bias, standard, self.weight).to(values.dtype)


class GroupNorm(nn.Module):
    """y = x̂ w + b, x̂ standardized over each of `num_groups` groups of maps [N, num_channels, ...].

    Y. Wu and K. He, Group Normalization (2018).
    """

    def __init__(
        self, num_groups: int, num_channels: int, eps: float = 1e-5, affine: bool = True
    ) -> None:
        super().__init__()
        reject_unsupported(
            "GroupNorm", num_groups=num_channels % num_groups != 0, affine=not affine
        )
        self.weight = nn.Parameter(torch.ones(num_channels))
        self.bias = nn.Parameter(torch.zeros(num_channels))
        self.num_groups, self.eps = num_groups, eps

    def forward(self, values: Tensor) -> Tensor:
        groups = to_float32(values).view(len(values), self.num_groups, -1, *values.shape[2:])
        standard = _standardize(groups, groups.ndim - 2, self.eps).flatten(1, 2)
        broadcast = (-1, *(1,) * (values.ndim - 2))
        weight, bias = self.weight.view(broadcast), self.bias.view(broadcast)
        return torch.addcmul(bias, standard, weight).to(values.dtype)


def to_float32(values: Tensor) -> Tensor:
    """Convert to float32 at least, because sums in half precision lose too much."""
    return values.to(torch.promote_types(values.dtype, torch.float32))


def _standardize(values: Tensor, axes: int, eps: float) -> Tensor:
    """x̂ = (x - μ) / sqrt(σ² + ε) with mean μ and variance σ² over the last `axes` axes."""
    last = tuple(range(-axes, 0))
    centered = values - values.mean(last, keepdim=True)
    variance = centered.square().mean(last, keepdim=True)
    return centered * torch.rsqrt(variance + eps)
