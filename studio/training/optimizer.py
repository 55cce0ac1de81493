"""The optimizer of a training and its parameter groups."""

import math
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

import torch
from torch import Tensor, nn

from studio.config import OptimConfig
from studio.training.muon import Muon, select_matrices


def build_optimizer(
    config: OptimConfig, parameters: Sequence[nn.Parameter], lr: float | Tensor
) -> torch.optim.Optimizer:
    """Build the optimizer; weight decay applies to matrices and filters, not biases and norms.

    `parameters` are all of the model in their order; those that need no gradient are left out.
    A learning rate in a tensor means that steps are recorded in a CUDA graph: Adam then counts
    its steps on the device.
    """
    trained = [parameter for parameter in parameters if parameter.requires_grad]
    matrices = select_matrices(parameters) if config.optimizer == "muon" else []
    kept = {id(parameter) for parameter in matrices}
    others = [parameter for parameter in trained if id(parameter) not in kept]
    groups = list(_parameter_groups(others, config.weight_decay))
    capturable = isinstance(lr, Tensor)
    match config.optimizer:
        case "sgd":
            return torch.optim.SGD(groups, lr, config.momentum, fused=True)
        case "adam":
            return torch.optim.Adam(groups, lr, fused=True, capturable=capturable)
        case "adamw":
            return torch.optim.AdamW(groups, lr, fused=True, capturable=capturable)
        case "muon":
            hidden = [parameter for parameter in matrices if parameter.requires_grad]
            return Muon(hidden, groups, lr, config.weight_decay)


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


def set_weight_decay(optimizer: torch.optim.Optimizer, weight_decay: float) -> bool:
    """Change the weight decay of matrices and filters; return whether anything changed.

    Parameters that are never decayed get a group of their own.
    """
    changed = False
    for group in list(optimizer.param_groups):
        decayed = [p for p in group["params"] if p.ndim > 1]
        others = [p for p in group["params"] if p.ndim <= 1]
        if decayed and others:
            group["params"] = decayed
            optimizer.add_param_group({**group, "params": others, "weight_decay": 0.0})
        if decayed and group["weight_decay"] != weight_decay:
            group["weight_decay"], changed = weight_decay, True
    return changed


def load_optimizer_state(optimizer: torch.optim.Optimizer, state: dict[str, Any]) -> None:
    """Restore what `optimizer.state_dict` returned.

    torch does not check shapes and types before the first step. Raises KeyError, TypeError and
    ValueError for the state of another optimizer or model.
    """
    settings = [dict(group) for group in optimizer.param_groups]
    optimizer.load_state_dict(_regroup_state(state, optimizer))
    for group, original in zip(optimizer.param_groups, settings, strict=True):
        for name, value in original.items():
            if name != "params" and not _is_alike(group[name], value):
                raise ValueError(f"“{name}” of the optimizer has another type")
    matrices = optimizer.param_groups[0]["params"] if isinstance(optimizer, Muon) else []
    kept = {id(parameter) for parameter in matrices}
    for parameter, values in optimizer.state.items():
        _check_values(optimizer, parameter, values, id(parameter) in kept)


def _is_alike(value: object, original: object) -> bool:
    """Whether a setting of the optimizer has a type that can replace the original."""
    if isinstance(original, tuple | list):
        if not isinstance(value, tuple | list) or len(value) != len(original):
            return False
        return all(map(_is_alike, value, original))
    if isinstance(original, bool) or original is None:
        return value is None or isinstance(value, bool)
    if isinstance(value, Tensor):
        return value.numel() == 1
    return isinstance(value, int | float) and math.isfinite(value)


def _check_values(
    optimizer: torch.optim.Optimizer, parameter: object, values: dict[str, Any], is_muon: bool
) -> None:
    """Check what is kept for one parameter: all of it, in the shape of the parameter."""
    is_sgd = isinstance(optimizer, torch.optim.SGD)
    names = {"momentum_buffer"} if is_sgd or is_muon else {"step", "exp_avg", "exp_avg_sq"}
    if not isinstance(parameter, Tensor) or values.keys() != names:
        raise ValueError("it is the state of another optimizer")
    for name, value in values.items():
        shape = () if name == "step" else parameter.shape
        is_missing = value is None and is_sgd  # without momentum
        if not is_missing and not (isinstance(value, Tensor) and value.shape == shape):
            raise ValueError(f"“{name}” of the optimizer has another shape")


def _regroup_state(state: dict[str, Any], optimizer: torch.optim.Optimizer) -> dict[str, Any]:
    """Return an optimizer state with the groups of `optimizer`.

    The parameters have the same order, but weight decay may have been on when it was saved, and
    earlier versions always had two groups.
    """
    groups, sizes = state["param_groups"], [len(g["params"]) for g in optimizer.param_groups]
    indices = [index for group in groups for index in group["params"]]
    if len(groups) == len(sizes) or len(indices) != sum(sizes):
        return state  # torch refuses the state of another model
    settings = [group for group in groups for _ in group["params"]]
    ends = list(accumulate(sizes))
    regrouped = [
        settings[min(end - size, len(settings) - 1)] | {"params": indices[end - size : end]}
        for size, end in zip(sizes, ends, strict=True)
    ]
    return state | {"param_groups": regrouped}
