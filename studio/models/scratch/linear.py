"""The fully connected layer, and the product that it shares with the convolution."""

import math

import torch
from torch import Tensor, nn


def affine(rows: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """`rows` [M, K] times `weight` [K, L], plus `bias` [L]: [M, L]."""
    return rows @ weight if bias is None else torch.addmm(bias, rows, weight)


class Linear(nn.Module):
    """y = x Wᵀ + b for x [..., in_features]: each output is a weighted sum of all inputs.

    Autograd derives a product by two more: dL/dx = dL/dy W and dL/dW = (dL/dy)ᵀ x.
    """

    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(out_features, in_features))
        self.bias = nn.Parameter(torch.empty(out_features)) if bias else None
        initialise(self.weight, self.bias)

    def forward(self, values: Tensor) -> Tensor:
        outputs, inputs = self.weight.shape
        answers = affine(values.reshape(-1, inputs), self.weight.t(), self.bias)
        return answers.view(*values.shape[:-1], outputs)


@torch.no_grad()
def initialise(weight: Tensor, bias: Tensor | None) -> None:
    """Start as torch's layers do: uniform within 1 / sqrt(inputs of one output)."""
    bound = 1 / math.sqrt(weight[0].numel())
    weight.uniform_(-bound, bound)
    if bias is not None:
        bias.uniform_(-bound, bound)
