"""The optimizer of a training and its parameter groups."""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from studio.config import OptimConfig


def build_optimizer(
    config: OptimConfig, parameters: Sequence[nn.Parameter], lr: float | Tensor
) -> torch.optim.Optimizer:
    """Build the optimizer; weight decay applies to matrices and filters, not biases and norms.

    A learning rate in a tensor means that steps are recorded in a CUDA graph: Adam then counts
    its steps on the device.
    """
    groups = list(_parameter_groups(parameters, config.weight_decay))
    capturable = isinstance(lr, Tensor)
    match config.optimizer:
        case "sgd":
            return torch.optim.SGD(groups, lr, config.momentum, fused=True)
        case "adam":
            return torch.optim.Adam(groups, lr, fused=True, capturable=capturable)
        case "adamw":
            return torch.optim.AdamW(groups, lr, fused=True, capturable=capturable)


def _parameter_groups(
    parameters: Sequence[nn.Parameter], weight_decay: float
) -> Iterator[dict[str, object]]:
    """Yield as few groups as possible: each takes 2.5 % of the step of a small model."""
    decayed = [p for p in parameters if p.ndim > 1]
    not_decayed = [p for p in parameters if p.ndim <= 1]
    if weight_decay:
        yield {"params": decayed, "weight_decay": weight_decay}
        yield {"params": not_decayed, "weight_decay": 0.0}
    else:
        yield {"params": decayed + not_decayed, "weight_decay": 0.0}


def regroup_state(state: dict[str, Any], optimizer: torch.optim.Optimizer) -> dict[str, Any]:
    """Return an optimizer state with the groups of `optimizer`.

    Earlier versions always had two groups, in the same order.
    """
    groups = state["param_groups"]
    if len(groups) == len(optimizer.param_groups):
        return state
    params = [index for group in groups for index in group["params"]]
    return state | {"param_groups": [groups[0] | {"params": params}]}
