"""Batch norm: normalize each feature map over all images of a batch."""

from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from studio.models.scratch.arguments import reject_unsupported
from studio.models.scratch.norms import to_float32


class _BatchNorm(nn.Module):
    """y = x̂ w + b, x̂ = (x - μ) / sqrt(σ² + ε) with mean μ and variance σ² of each map.

    S. Ioffe and C. Szegedy, Batch Normalization (2015). In evaluation μ and σ² are the
    running statistics, which each training batch moves towards its own by the factor `momentum`.
    Raises ValueError for another number of axes, and in training for one value per map.
    """

    ndims: ClassVar[tuple[int, ...]]
    running_mean: Tensor
    running_var: Tensor
    num_batches_tracked: Tensor

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
    ) -> None:
        super().__init__()
        reject_unsupported(
            type(self).__name__,
            momentum=momentum is None,  # torch: the mean over all batches
            affine=not affine,
            track_running_stats=not track_running_stats,
        )
        self.eps, self.momentum = eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, values: Tensor) -> Tensor:
        if values.ndim not in self.ndims:
            raise ValueError(f"{type(self).__name__} takes {self.ndims} axes, not {values.ndim}.")
        normalize = self._by_batch_statistics if self.training else self._by_running_statistics
        each_map = (1, -1, *(1,) * (values.ndim - 2))
        return normalize(to_float32(values), each_map).to(values.dtype)

    def _by_batch_statistics(self, values: Tensor, each_map: tuple[int, ...]) -> Tensor:
        count = values.numel() // len(self.weight)
        if count < 2:
            raise ValueError("Batch norm needs more than one value per map in training.")
        weight, bias = self.weight.view(each_map), self.bias.view(each_map)
        output: Tensor
        output, mean, variance = _Normalized.apply(values, weight, bias, self.eps)
        self._update_running(mean.flatten(), variance.flatten() * (count / (count - 1)))
        return output

    @torch.no_grad()
    def _update_running(self, mean: Tensor, unbiased_variance: Tensor) -> None:
        self.num_batches_tracked += 1
        self.running_mean.lerp_(mean, self.momentum)
        self.running_var.lerp_(unbiased_variance, self.momentum)

    def _by_running_statistics(self, values: Tensor, each_map: tuple[int, ...]) -> Tensor:
        scale = self.weight * torch.rsqrt(self.running_var + self.eps)
        shift = self.bias - self.running_mean * scale
        return torch.addcmul(shift.view(each_map), values, scale.view(each_map))


class BatchNorm1d(_BatchNorm):
    """Batch norm of vectors [N, num_features] or of rows [N, num_features, L]."""

    ndims = (2, 3)


class BatchNorm2d(_BatchNorm):
    """Batch norm of maps [N, num_features, H, W]."""

    ndims = (4,)


class _Normalized(torch.autograd.Function):
    """x̂ w + b, μ and σ²; weight and bias have the axes of the values.

    The backward pass removes what shifts or scales a whole map, because x̂ undoes both:
    dL/dx = w (g - mean(g) - x̂ mean(g x̂)) / sqrt(σ² + ε) with g = dL/dy, means over the map.
    """

    @staticmethod
    def forward(
        ctx: Any, values: Tensor, weight: Tensor, bias: Tensor, eps: float
    ) -> tuple[Tensor, Tensor, Tensor]:
        axes = (0, *range(2, values.ndim))
        mean = values.mean(axes, keepdim=True)
        centered = values - mean
        variance = centered.square().mean(axes, keepdim=True)
        scale = torch.rsqrt(variance + eps)
        ctx.save_for_backward(centered, scale, weight)
        ctx.mark_non_differentiable(mean, variance)
        return torch.addcmul(bias, centered, weight * scale), mean, variance

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor, *_: Tensor) -> tuple[Tensor, Tensor, Tensor, None]:
        centered, scale, weight = ctx.saved_tensors
        axes = (0, *range(2, grad.ndim))
        bias_grad = grad.sum(axes, keepdim=True)
        weight_grad = (grad * centered).sum(axes, keepdim=True) * scale
        # The formula, arranged so that memory is traversed only twice.
        factor = weight * scale
        mean_factor = -factor * weight.numel() / grad.numel()
        offset = mean_factor * bias_grad
        values_grad = torch.addcmul(offset, centered, mean_factor * scale * weight_grad)
        return values_grad.addcmul_(grad, factor), weight_grad, bias_grad, None
