"""The optimizer of a training."""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from studio.config import OptimConfig


def build_optimizer(
    config: OptimConfig, learned: Sequence[nn.Parameter], lr: float | Tensor
) -> torch.optim.Optimizer:
    """Weight decay pulls on matrices and filters only, not on biases and norms.

    A rate on the device means that steps are recorded: Adam then counts them there too.
    """
    groups = list(_parameter_groups(learned, config.weight_decay))
    recorded = isinstance(lr, Tensor)
    match config.optimizer:
        case "sgd":
            return torch.optim.SGD(groups, lr, config.momentum, fused=True)
        case "adam":
            return torch.optim.Adam(groups, lr, fused=True, capturable=recorded)
        case "adamw":
            return torch.optim.AdamW(groups, lr, fused=True, capturable=recorded)


def _parameter_groups(learned: Sequence[nn.Parameter], decay: float) -> Iterator[dict[str, object]]:
    """Each group costs a small network a fortieth of its step, so no more than are needed."""
    pulled = [p for p in learned if p.ndim > 1]
    free = [p for p in learned if p.ndim <= 1]
    if decay:
        yield {"params": pulled, "weight_decay": decay}
        yield {"params": free, "weight_decay": 0.0}
    else:
        yield {"params": pulled + free, "weight_decay": 0.0}


def regrouped(state: dict[str, Any], optimizer: torch.optim.Optimizer) -> dict[str, Any]:
    """A state as `optimizer` takes it: once there always were two groups, in this order."""
    groups = state["param_groups"]
    if len(groups) == len(optimizer.param_groups):
        return state
    params = [index for group in groups for index in group["params"]]
    return state | {"param_groups": [groups[0] | {"params": params}]}
