"""Muon: orthogonalized momentum for filters and matrices, and AdamW for all other parameters.

K. Jordan et al., Muon: An optimizer for hidden layers in neural networks, 2024.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import torch
from torch import Tensor, nn

# By K. Jordan: the quintic Newton-Schulz iteration, how often it is applied, and the momentum.
_COEFFICIENTS: Final = (3.4445, -4.7750, 2.0315)
_ITERATIONS: Final = 5
_MOMENTUM: Final = 0.95
_EPSILON: Final = 1e-7


class Muon(torch.optim.Optimizer):
    """Muon for the first group of parameters, AdamW for the others.

    `torch.optim.Muon` accepts matrices only and waits for the device to read a learning rate that
    is a tensor. Here filters [O, I, H, W] are matrices [O, I * H * W], in any memory format, and a
    step can be recorded in a CUDA graph. Weight decay is decoupled in both.

    The update of a matrix [A, B] is scaled by 0.2 sqrt(max(A, B)), so that it is as long as that of
    AdamW and has the same learning rate (J. Liu et al., Muon is Scalable for LLM Training, 2025).
    """

    def __init__(
        self,
        matrices: Sequence[nn.Parameter],
        others: Iterable[dict[str, Any]],
        lr: float | Tensor,
        weight_decay: float,
    ) -> None:
        """`others` are parameter groups of AdamW. Matrices have two or more dimensions."""
        adamw = torch.optim.AdamW(list(others), lr, fused=True, capturable=isinstance(lr, Tensor))
        muon = {"params": list(matrices), "weight_decay": weight_decay}
        super().__init__([muon, *adamw.param_groups], {"lr": lr})
        self._adamw = adamw

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> None:  # type: ignore[override]
        """Update the parameters that have a gradient; `closure` is not called.

        If memory runs out, nothing has changed, and the step can be repeated.
        """
        group, *others = self.param_groups
        trained = [parameter for parameter in group["params"] if parameter.grad is not None]
        computed = [self._compute_update(parameter, group["lr"]) for parameter in trained]
        # Loading a state replaces groups and state.
        self._adamw.param_groups, self._adamw.state = others, self.state
        self._adamw.step()
        for parameter, (update, momentum) in zip(trained, computed, strict=True):
            if group["weight_decay"]:
                parameter.mul_(1 - group["lr"] * group["weight_decay"])
            parameter.sub_(update)
            self._keep_momentum(parameter, momentum)

    def _compute_update(self, parameter: Tensor, lr: float | Tensor) -> tuple[Tensor, Tensor]:
        """Return what is subtracted from a parameter, and its new momentum."""
        grad, state = parameter.grad, self.state.get(parameter)
        assert grad is not None
        before = state["momentum_buffer"] if state else torch.zeros_like(parameter)
        momentum = before.lerp(grad, 1 - _MOMENTUM)
        direction = grad.lerp(momentum, _MOMENTUM)  # Nesterov
        # On many processors a product in bfloat16 takes 50 times as long as one in float32.
        dtype = torch.bfloat16 if parameter.is_cuda else torch.float32
        matrix = orthogonalize(direction.flatten(1), dtype)
        scale = lr * 0.2 * max(matrix.shape) ** 0.5
        return matrix.to(parameter.dtype).reshape(parameter.shape) * scale, momentum

    def _keep_momentum(self, parameter: Tensor, momentum: Tensor) -> None:
        if state := self.state.get(parameter):
            state["momentum_buffer"].copy_(momentum)  # in place, for a CUDA graph
        else:
            self.state[parameter] = {"momentum_buffer": momentum}


def orthogonalize(matrix: Tensor, dtype: torch.dtype) -> Tensor:
    """Return `matrix` [A, B] with all singular values near 1, between about 0.7 and 1.2.

    The quintic Newton-Schulz iteration of K. Jordan computes in `dtype`, the type of the result.
    """
    a, b, c = _COEFFICIENTS
    is_tall = matrix.shape[0] > matrix.shape[1]
    result = matrix.to(dtype)
    result = result.T if is_tall else result
    result = result / result.norm().clamp(min=_EPSILON)
    for _ in range(_ITERATIONS):
        gram = result @ result.T
        polynomial = torch.addmm(gram, gram, gram, beta=b, alpha=c)
        result = torch.addmm(result, polynomial, result, beta=a)
    return result.T if is_tall else result


def select_matrices(parameters: Sequence[nn.Parameter]) -> list[nn.Parameter]:
    """Return the filters and matrices of the hidden layers, of all parameters in their order.

    As its author recommends, the first convolution and the last layer are left to AdamW.
    """
    return [parameter for parameter in parameters if parameter.ndim > 1][1:-1]
