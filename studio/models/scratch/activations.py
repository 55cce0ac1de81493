"""Activation functions."""

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from studio.models.scratch.arguments import reject_unsupported


class ReLU(nn.Module):
    """max(x, 0). V. Nair and G. Hinton, Rectified Linear Units Improve Restricted Boltzmann
    Machines (2010).

    `inplace` is accepted as by torch's layer, but the output is always a new tensor: a max-pool
    before it needs its own output in the backward pass.
    """

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()

    def forward(self, values: Tensor) -> Tensor:
        positive: Tensor = _Positive.apply(values)
        return positive


class _Positive(torch.autograd.Function):
    """The derivative is 1 above zero and 0 elsewhere: the sign of the output."""

    @staticmethod
    def forward(ctx: Any, values: Tensor) -> Tensor:
        positive = values.clamp(min=0)
        ctx.save_for_backward(positive)
        return positive

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> Tensor:
        (positive,) = ctx.saved_tensors
        slope: Tensor = positive.sign()
        return slope.mul_(grad)


class LeakyReLU(nn.Module):
    """x above zero, `negative_slope` x below. A. Maas et al., Rectifier Nonlinearities Improve
    Neural Network Acoustic Models (2013).
    """

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        super().__init__()
        reject_unsupported("LeakyReLU", inplace=inplace)
        self.negative_slope = negative_slope

    def forward(self, values: Tensor) -> Tensor:
        return torch.where(values > 0, values, self.negative_slope * values)


class ELU(nn.Module):
    """x above zero, `alpha` (exp(x) - 1) below. D. Clevert et al., Fast and Accurate Deep Network
    Learning by Exponential Linear Units (2015).
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        reject_unsupported("ELU", inplace=inplace)
        self.alpha = alpha

    def forward(self, values: Tensor) -> Tensor:
        above = values > 0
        # Large values would overflow in the unused branch and make the gradient NaN.
        below = self.alpha * torch.expm1(values.masked_fill(above, 0))
        return torch.where(above, values, below)


class GELU(nn.Module):
    """x Φ(x), Φ the cumulative normal distribution. D. Hendrycks and K. Gimpel, Gaussian
    Error Linear Units (2016).
    """

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        reject_unsupported("GELU", approximate=approximate != "none")

    def forward(self, values: Tensor) -> Tensor:
        return values * (0.5 + 0.5 * torch.erf(values / math.sqrt(2)))


class SiLU(nn.Module):
    """x / (1 + exp(-x)). S. Elfwing et al., Sigmoid-Weighted Linear Units (2018)."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        reject_unsupported("SiLU", inplace=inplace)

    def forward(self, values: Tensor) -> Tensor:
        return values * torch.sigmoid(values)


class Tanh(nn.Module):
    """The hyperbolic tangent, (exp(x) - exp(-x)) / (exp(x) + exp(-x))."""

    def forward(self, values: Tensor) -> Tensor:
        return torch.tanh(values)
