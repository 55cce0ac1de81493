"""Pictures that live on the device as bytes, and the order in which they come."""

from dataclasses import dataclass
from typing import Protocol, Self

import torch
from torch import Tensor

from studio.config import DataConfig
from studio.data import ImageSet, Split


class Rows(Protocol):
    """What can be cut and picked from along its first axis, as a tensor."""

    def __len__(self) -> int: ...

    def __getitem__(self, rows: Tensor | slice, /) -> Tensor: ...


@dataclass(frozen=True)
class DeviceData:
    """One split: what a network takes of it, and labels int64 [N] on the device.

    `images` are uint8 [N, C, H, W] on the device; or they are what a frozen backbone made of them,
    in `views` versions one after the other, [views * N, ...].
    """

    images: Rows
    labels: Tensor
    views: int = 1

    @classmethod
    def of(cls, image_set: ImageSet, split: Split, device: str) -> Self:
        """A split with all its pictures on the device."""
        indices = image_set.splits[split]
        return cls(
            torch.from_numpy(image_set.images[indices]).to(device),
            torch.from_numpy(image_set.labels[indices]).to(device),
        )

    def __len__(self) -> int:
        return len(self.labels)

    def batch(self, indices: Tensor, epoch: int) -> tuple[Tensor, Tensor]:
        """Images and labels at `indices`; of several versions each epoch has the next one."""
        offset = epoch % self.views * len(self)
        return self.images[indices + offset if offset else indices], self.labels[indices]


def epoch_order(
    count: int, batch_size: int, seed: int, epoch: int, device: str = "cpu"
) -> list[Tensor]:
    """Indices of each batch of an epoch; the same arguments give the same order.

    A last batch of one picture joins the one before it: batch norm cannot use it alone.
    """
    generator = torch.Generator().manual_seed(seed * 1_000_003 + epoch)
    order = torch.randperm(count, generator=generator).to(device)
    batches = list(torch.split(order, batch_size))
    if batch_size > 1 and len(batches) > 1 and len(batches[-1]) == 1:
        batches[-2:] = [torch.cat(batches[-2:])]
    return batches


def steps_per_epoch(count: int, batch_size: int) -> int:
    """Number of batches `epoch_order` gives."""
    whole, rest = divmod(count, batch_size)
    return whole + (rest > 1 or (rest == 1 and whole == 0))


def pixel_moments(
    config: DataConfig, image_set: ImageSet
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation of each channel that make pixels of 0..255 a network's input."""
    if config.normalize == "unit":
        return (0.0,) * image_set.channels, (config.scale,) * image_set.channels
    return image_set.mean, image_set.std


class Normalizer:
    """Turns pixels [N, C, H, W] of 0..255 into a network's float32 input."""

    def __init__(self, mean: tuple[float, ...], std: tuple[float, ...], device: str) -> None:
        self.moments = mean, std
        self._mean = torch.tensor(mean, dtype=torch.float32, device=device).view(-1, 1, 1)
        self._scale = 1 / torch.tensor(std, dtype=torch.float32, device=device).view(-1, 1, 1)

    def __call__(self, pictures: Tensor) -> Tensor:
        scaled = (pictures.float() - self._mean) * self._scale
        # Channels last lets convolutions read a pixel's channels in one go.
        return scaled.contiguous(memory_format=torch.channels_last)
