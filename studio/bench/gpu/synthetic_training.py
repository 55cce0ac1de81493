"""Training steps on synthetic images, without a dataset or a run folder."""

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

_PATTERN_WEIGHT = 0.7


def configure(recipe: str, settings: dict[str, object]) -> TrainConfig:
    """Return a recipe for images of the size and channels that its model was published for."""
    config = load_recipe(recipe).config
    channels, size, classes = VARIANTS[config.model.variant].input_shape
    shape = {"in_channels": channels, "image_size": size, "num_classes": classes}
    return config.with_values({f"model.{name}": n for name, n in shape.items()} | settings)


def create_train_step(
    config: TrainConfig, device: str, precision: torch.dtype, use_cuda_graph: bool = True
) -> TrainStep:
    """Return a step in training mode; the same configuration gives the same weights."""
    channels = config.model.in_channels
    normalize = Normalizer((127.5,) * channels, (73.6,) * channels, device)
    step = TrainStep(config, normalize, device, precision, use_cuda_graph=use_cuda_graph)
    step.train()
    return step


def create_batches(config: TrainConfig, device: str, sizes: Sequence[int]) -> list[Batch]:
    """Return images uint8 [N, C, S, S] and labels [N], the same in each call and on each device.

    An image is the blurred pattern of its class under noise.
    """
    rng = torch.Generator().manual_seed(7)
    channels, side = config.model.in_channels, config.model.image_size
    patterns = torch.rand((config.model.num_classes, channels, 7, 7), generator=rng)
    batches = []
    for size in sizes:
        labels = torch.randint(len(patterns), (size,), generator=rng)
        noise = torch.rand((size, channels, 7, 7), generator=rng)
        coarse = _PATTERN_WEIGHT * patterns[labels] + (1 - _PATTERN_WEIGHT) * noise
        fine = functional.interpolate(coarse, (side, side), mode="bilinear")
        batches.append(((255 * fine).to(torch.uint8).to(device), labels.to(device)))
    return batches
