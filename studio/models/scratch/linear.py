"""The fully connected layer, and Flatten before it."""

import math

import torch
from torch import Tensor, nn


def affine(rows: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """`rows` [M, K] times `weight` [K, L], plus `bias` [L]: [M, L]."""
    return rows @ weight if bias is None else torch.addmm(bias, rows, weight)


class Linear(nn.Module):
    """y = x Wᵀ + b for x [..., in_features]: a weighted sum of all inputs for each output.

    Its gradients are two more products: dL/dx = dL/dy W and dL/dW = (dL/dy)ᵀ x.
    """

    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(out_features, in_features))
        self.bias = nn.Parameter(torch.empty(out_features)) if bias else None
        initialize(self.weight, self.bias)

    def forward(self, values: Tensor) -> Tensor:
        out_features, in_features = self.weight.shape
        output = affine(values.reshape(-1, in_features), self.weight.t(), self.bias)
        return output.view(*values.shape[:-1], out_features)


@torch.no_grad()
def initialize(weight: Tensor, bias: Tensor | None) -> None:
    """Initialize as torch's layers do: uniform within 1 / sqrt(inputs of one output)."""
    bound = 1 / math.sqrt(weight[0].numel())
    weight.uniform_(-bound, bound)
    if bias is not None:
        bias.uniform_(-bound, bound)


class Flatten(nn.Module):
    """Reshape [N, C, H, W] to [N, C * H * W], the pixels of the first map first."""

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, values: Tensor) -> Tensor:
        return values.flatten(self.start_dim, self.end_dim)
