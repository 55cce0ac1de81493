"""Learners without a data set: the steps themselves, on made-up images."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from studio.config import TrainConfig
from studio.models import VARIANTS
from studio.recipes import load_recipe
from studio.training.input.normalization import Normalizer
from studio.training.train_step import TrainStep

Batch = tuple[Tensor, Tensor]

_PATTERN_SHARE = 0.7


def configure(recipe: str, settings: dict[str, object]) -> TrainConfig:
    """A recipe for images of the size and channels its network was published for."""
    config = load_recipe(recipe).config
    channels, size, classes = VARIANTS[config.model.variant].input_shape
    shape = {"in_channels": channels, "image_size": size, "num_classes": classes}
    return config.with_values({f"model.{name}": n for name, n in shape.items()} | settings)


def make_learner(
    config: TrainConfig, device: str, precision: torch.dtype, use_cuda_graph: bool = True
) -> TrainStep:
    """A learner ready for steps; the same configuration gives the same weights."""
    channels = config.model.in_channels
    normalize = Normalizer((127.5,) * channels, (73.6,) * channels, device)
    learner = TrainStep(config, normalize, device, precision, use_cuda_graph=use_cuda_graph)
    learner.train()
    return learner


def make_batches(config: TrainConfig, device: str, sizes: Sequence[int]) -> list[Batch]:
    """Images uint8 [N, C, S, S] of a blurred pattern for each class under noise, and labels [N].

    The same each time and on each device.
    """
    draws = torch.Generator().manual_seed(7)
    channels, side = config.model.in_channels, config.model.image_size
    patterns = torch.rand((config.model.num_classes, channels, 7, 7), generator=draws)
    batches = []
    for size in sizes:
        labels = torch.randint(len(patterns), (size,), generator=draws)
        noise = torch.rand((size, channels, 7, 7), generator=draws)
        coarse = _PATTERN_SHARE * patterns[labels] + (1 - _PATTERN_SHARE) * noise
        fine = functional.interpolate(coarse, (side, side), mode="bilinear")
        batches.append(((255 * fine).to(torch.uint8).to(device), labels.to(device)))
    return batches


def relative(ours: Sequence[Tensor], theirs: Sequence[Tensor]) -> float:
    """The norm of the difference, relative to that of `theirs`, over all tensors together."""
    flat, other = flatten(ours), flatten(theirs)
    return float((flat - other).norm() / other.norm().clamp_min(1e-30))


def flatten(tensors: Sequence[Tensor]) -> Tensor:
    """All numbers one after the other, float64."""
    return torch.cat([tensor.detach().double().flatten() for tensor in tensors])
