"""Batch norm and dropout that compute over a whole batch although each process has a shard."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional

from studio.models import scratch
from studio.training.distributed.sharding import RankSharding

BATCH_NORMS = nn.BatchNorm1d, nn.BatchNorm2d, scratch.BatchNorm1d, scratch.BatchNorm2d
DROPOUTS = nn.Dropout, scratch.Dropout


def convert_sync_layers(model: nn.Module, sharding: RankSharding) -> None:
    """Replace the batch norm and dropout layers of `model` in place.

    Their weights and the names of their weights stay the same.
    """
    for parent in list(model.modules()):
        for name, layer in parent.named_children():
            if isinstance(layer, BATCH_NORMS):
                setattr(parent, name, SyncBatchNorm(layer, sharding))
            elif isinstance(layer, DROPOUTS):
                setattr(parent, name, SyncDropout(layer, sharding))


class SyncDropout(nn.Module):
    """Draws the mask of the whole batch, as `layer` would, and applies the shard's part of it."""

    def __init__(self, layer: nn.Module, sharding: RankSharding) -> None:
        super().__init__()
        self._layer, self._sharding = layer, sharding

    def forward(self, values: Tensor) -> Tensor:
        if not self.training:
            return values
        shard = self._sharding.shard
        mask: Tensor = self._layer(values.new_ones(shard.batch_size, *values.shape[1:]))
        return values * mask[shard.slice]


class SyncBatchNorm(nn.Module):
    """Batch norm by the mean and variance of the whole batch.

    Modelled on torch.nn.SyncBatchNorm, which does not support the CPU.
    """

    running_mean: Tensor
    running_var: Tensor
    num_batches_tracked: Tensor

    def __init__(self, layer: Any, sharding: RankSharding) -> None:
        super().__init__()
        self.eps, self.momentum = layer.eps, layer.momentum
        self.weight, self.bias = layer.weight, layer.bias
        for name, buffer in layer.named_buffers():
            self.register_buffer(name, buffer)
        self._sharding = sharding

    def forward(self, values: Tensor) -> Tensor:
        if not self.training:
            return functional.batch_norm(
                values, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps
            )
        per_channel = (1, -1, *(1,) * (values.ndim - 2))
        wide = values.to(torch.promote_types(values.dtype, torch.float32))
        mean, variance, count = self._moments(wide.detach())  # of a micro-batch in all processes
        self._update_running_stats(mean, variance, count)
        output: Tensor = _Normalize.apply(
            wide - mean.view(per_channel),
            self.weight.view(per_channel),
            self.bias.view(per_channel),
            torch.rsqrt(variance + self.eps).view(per_channel),
            count,
            self._sharding,
        )
        return output.to(values.dtype)

    def _moments(self, values: Tensor) -> tuple[Tensor, Tensor, int]:
        """Return mean and variance of each channel over the whole batch, and the value count.

        The moments of shards are combined as in T. Chan et al., Updating Formulae and a Pairwise
        Algorithm for Computing Sample Variances (1979): differences of large sums lose digits.
        """
        axes, pixels = (0, *range(2, values.ndim)), values[0, 0].numel()
        variance, mean = torch.var_mean(values, axes, correction=0)
        collectives, shard = self._sharding.step_collectives, self._sharding.shard
        means, variances = collectives.all_gather(torch.stack((mean, variance))).unbind(1)
        count = shard.batch_size * pixels
        if count < 2:
            raise ValueError("Batch norm needs more than one value per channel in training.")
        fractions = mean.new_tensor(shard.sizes).unsqueeze(1) / shard.batch_size
        mean = (fractions * means).sum(0)
        return mean, (fractions * (variances + (means - mean).square())).sum(0), count

    @torch.no_grad()
    def _update_running_stats(self, mean: Tensor, variance: Tensor, count: int) -> None:
        self.num_batches_tracked += 1
        self.running_mean.lerp_(mean, self.momentum)
        self.running_var.lerp_(variance * (count / (count - 1)), self.momentum)


class _Normalize(torch.autograd.Function):
    """x̂ w + b; see `studio.models.scratch.batch_norm` for the formulas.

    Gradients of weight and bias are those of the shard, as in every other layer.
    """

    @staticmethod
    def forward(
        ctx: Any,
        centered: Tensor,
        weight: Tensor,
        bias: Tensor,
        scale: Tensor,
        count: int,
        sharding: RankSharding,
    ) -> Tensor:
        ctx.save_for_backward(centered, scale, weight)
        ctx.count, ctx.collectives = count, sharding.step_collectives
        ctx.is_shard_empty = sharding.shard.size == 0
        return torch.addcmul(bias, centered, weight * scale)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        centered, scale, weight = ctx.saved_tensors
        axes = (0, *range(2, grad.ndim))
        bias_grad = grad.sum(axes, keepdim=True)
        weight_grad = (grad * centered).sum(axes, keepdim=True) * scale
        sums = ctx.collectives.all_reduce_sum(torch.stack((bias_grad, weight_grad)))
        batch_bias_grad, batch_weight_grad = sums
        factor = weight * scale
        # The sample of an empty shard did not contribute to the mean and variance.
        mean_factor = -factor / ctx.count * (not ctx.is_shard_empty)
        values_grad = torch.addcmul(
            mean_factor * batch_bias_grad, centered, mean_factor * scale * batch_weight_grad
        )
        return values_grad.addcmul_(grad, factor), weight_grad, bias_grad, None, None, None
