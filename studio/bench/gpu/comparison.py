"""How much two training runs, weights or gradients differ."""

from collections.abc import Sequence

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from studio.runs import Run


def max_loss_difference(losses: Sequence[float], reference: Sequence[float]) -> float:
    """Return the largest relative difference of paired losses, infinity without pairs.

    A reference below 1e-3 counts as 1e-3.
    """
    pairs = zip(losses, reference, strict=False)
    return max((abs(a - b) / max(abs(b), 1e-3) for a, b in pairs), default=float("inf"))


def weights_difference(run: Run, reference: Run) -> float:
    """Return the relative difference of the last weights of two runs."""
    weights, expected = load_file(run.last_weights), load_file(reference.last_weights)
    return relative_difference(list(weights.values()), [expected[name] for name in weights])


def relative_difference(tensors: Sequence[Tensor], reference: Sequence[Tensor]) -> float:
    """Return the norm of the difference over that of the reference, over all tensors together."""
    flat, expected = flatten(tensors), flatten(reference)
    return float((flat - expected).norm() / expected.norm().clamp_min(1e-30))


def cosine(tensors: Sequence[Tensor], reference: Sequence[Tensor]) -> float:
    """Return the cosine of the angle between two gradients, over all tensors together."""
    return float(functional.cosine_similarity(flatten(tensors), flatten(reference), dim=0))


def flatten(tensors: Sequence[Tensor]) -> Tensor:
    """Return all values in one vector, float64."""
    return torch.cat([tensor.detach().double().flatten() for tensor in tensors])
