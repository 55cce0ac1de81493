"""Finds numbers that are not finite in weights and training states. Needs torch."""

import math
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor


def find_non_finite(values: object) -> str | None:
    """The dotted name of the first number or tensor that is NaN or infinite, else None.

    `values` are nested dictionaries, lists and tuples of tensors and plain values. Each tensor is
    read once, and the device is waited for once.
    """
    tensors: list[tuple[str, Tensor]] = []
    for name, value in flatten_values(values):
        if isinstance(value, float) and not math.isfinite(value):
            return name
        if isinstance(value, Tensor) and value.is_floating_point() and value.numel():
            tensors.append((name, value.detach()))
    suspects = _with_non_finite_sum([tensor for _, tensor in tensors])
    names = (tensors[index][0] for index in suspects if not tensors[index][1].isfinite().all())
    return next(names, None)


def _with_non_finite_sum(tensors: list[Tensor]) -> list[int]:
    """The positions of tensors whose sum is not finite: all that hold such a number, few others.

    A sum needs no memory, and can only overflow besides.
    """
    positions: list[int] = []
    for device in {tensor.device for tensor in tensors}:
        here = [index for index, tensor in enumerate(tensors) if tensor.device == device]
        sums = [tensors[index].sum(dtype=torch.float32) for index in here]
        finite = torch.stack(sums).isfinite().tolist()
        positions += [index for index, is_finite in zip(here, finite, strict=True) if not is_finite]
    return sorted(positions)


def flatten_values(values: object, prefix: str = "") -> Iterator[tuple[str, object]]:
    """Yield dotted names and values of what is in nested dictionaries, lists and tuples."""
    if isinstance(values, Mapping):
        for key, value in values.items():
            yield from flatten_values(value, f"{prefix}.{key}" if prefix else str(key))
    elif isinstance(values, list | tuple):
        for index, value in enumerate(values):
            yield from flatten_values(value, f"{prefix}.{index}" if prefix else str(index))
    else:
        yield prefix, values
