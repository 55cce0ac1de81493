"""Layers for which the pictures of a batch are not alone: batch norm and dropout."""

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional

from studio.models import scratch

if TYPE_CHECKING:
    from studio.training.distributed.rank_share import RankShare

BATCH_NORMS = nn.BatchNorm1d, nn.BatchNorm2d, scratch.BatchNorm1d, scratch.BatchNorm2d
DROPOUTS = nn.Dropout, scratch.Dropout


def adopt_layers(network: nn.Module, share: "RankShare") -> None:
    """Put layers that see the whole batch where there are some that see one process' share.

    They take over the weights and their names.
    """
    for parent in list(network.modules()):
        for name, layer in parent.named_children():
            if isinstance(layer, BATCH_NORMS):
                setattr(parent, name, WholeBatchNorm(layer, share))
            elif isinstance(layer, DROPOUTS):
                setattr(parent, name, WholeDropout(layer, share))


class WholeDropout(nn.Module):
    """Draws for the whole batch what `layer` would, and keeps what falls to the own pictures."""

    def __init__(self, layer: nn.Module, share: "RankShare") -> None:
        super().__init__()
        self._layer, self._share = layer, share

    def forward(self, values: Tensor) -> Tensor:
        if not self.training:
            return values
        cut = self._share.cut
        factors: Tensor = self._layer(values.new_ones(cut.count, *values.shape[1:]))
        return values * factors[cut.rows]


class WholeBatchNorm(nn.Module):
    """Batch norm by the mean and variance of the whole batch, as `layer` would by its own.

    torch's SyncBatchNorm, after which this is made, has no arithmetic for the CPU.
    """

    running_mean: Tensor
    running_var: Tensor
    num_batches_tracked: Tensor

    def __init__(self, layer: Any, share: "RankShare") -> None:
        super().__init__()
        self.eps, self.momentum = layer.eps, layer.momentum
        self.weight, self.bias = layer.weight, layer.bias
        for name, buffer in layer.named_buffers():
            self.register_buffer(name, buffer)
        self._share = share

    def forward(self, values: Tensor) -> Tensor:
        if not self.training:
            return functional.batch_norm(
                values, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps
            )
        each_map = (1, -1, *(1,) * (values.ndim - 2))
        wide = values.to(torch.promote_types(values.dtype, torch.float32))
        mean, variance, count = self._moments(wide.detach())
        self._follow(mean, variance, count)
        output: Tensor = _Normalized.apply(
            wide - mean.view(each_map),
            self.weight.view(each_map),
            self.bias.view(each_map),
            torch.rsqrt(variance + self.eps).view(each_map),
            count,
            self._share,
        )
        return output.to(values.dtype)

    def _moments(self, values: Tensor) -> tuple[Tensor, Tensor, int]:
        """Mean and variance of each map over the whole batch, and of how many numbers.

        The moments of parts are joined after T. Chan et al., Updating Formulae and a Pairwise
        Algorithm for Computing Sample Variances (1979): differences of large sums lose digits.
        """
        axes, each = (0, *range(2, values.ndim)), values[0, 0].numel()
        variance, mean = torch.var_mean(values, axes, correction=0)
        means, variances = self._share.exchange.gather(torch.stack((mean, variance))).unbind(1)
        cut, count = self._share.cut, self._share.cut.count * each
        if count < 2:
            raise ValueError("Batch norm needs more than one number a map to learn from.")
        shares = mean.new_tensor(cut.counts).unsqueeze(1) / cut.count
        mean = (shares * means).sum(0)
        return mean, (shares * (variances + (means - mean).square())).sum(0), count

    @torch.no_grad()
    def _follow(self, mean: Tensor, variance: Tensor, count: int) -> None:
        self.num_batches_tracked += 1
        self.running_mean.lerp_(mean, self.momentum)
        self.running_var.lerp_(variance * (count / (count - 1)), self.momentum)


class _Normalized(torch.autograd.Function):
    """x̂ w + b; see `studio.models.scratch.batch_norm` for the formulas.

    Gradients of weight and bias are those of the own pictures, as every other layer's.
    """

    @staticmethod
    def forward(
        ctx: Any,
        centred: Tensor,
        weight: Tensor,
        bias: Tensor,
        scale: Tensor,
        count: int,
        share: "RankShare",
    ) -> Tensor:
        ctx.save_for_backward(centred, scale, weight)
        ctx.count, ctx.exchange, ctx.own = count, share.exchange, share.cut.own
        return torch.addcmul(bias, centred, weight * scale)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        centred, scale, weight = ctx.saved_tensors
        axes = (0, *range(2, grad.ndim))
        bias_grad = grad.sum(axes, keepdim=True)
        weight_grad = (grad * centred).sum(axes, keepdim=True) * scale
        whole_bias, whole_weight = ctx.exchange.add(torch.stack((bias_grad, weight_grad)))
        stretch = weight * scale
        # A picture that does not count had no part in the mean and the variance either.
        share = -stretch / ctx.count * (ctx.own > 0)
        values_grad = torch.addcmul(share * whole_bias, centred, share * scale * whole_weight)
        return values_grad.addcmul_(grad, stretch), weight_grad, bias_grad, None, None, None
