"""Input normalization: pixels of 0..255 to the float32 input of a model."""

import torch
from torch import Tensor

from studio.config import DataConfig
from studio.data import ImageDataset


def pixel_moments(
    config: DataConfig, dataset: ImageDataset
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the mean and standard deviation per channel for `data.normalize`, in 0..255."""
    if config.normalize == "unit":
        return (0.0,) * dataset.channels, (config.scale,) * dataset.channels
    return dataset.mean, dataset.std


class Normalizer:
    """Subtracts the mean of images [N, C, H, W] and divides by the standard deviation.

    The result is float32, in the `memory_format` of the model.
    """

    def __init__(
        self,
        mean: tuple[float, ...],
        std: tuple[float, ...],
        device: str,
        memory_format: torch.memory_format = torch.channels_last,
    ) -> None:
        self.moments = mean, std
        self.memory_format = memory_format
        self._mean = torch.tensor(mean, dtype=torch.float32, device=device).view(-1, 1, 1)
        self._scale = 1 / torch.tensor(std, dtype=torch.float32, device=device).view(-1, 1, 1)

    def __call__(self, images: Tensor) -> Tensor:
        normalized = (images.float() - self._mean) * self._scale
        return normalized.contiguous(memory_format=self.memory_format)
