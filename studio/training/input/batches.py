"""The pictures of a split, batch by batch, and the order in which they come."""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from studio.callbacks import ShouldStop, never_stop
from studio.config import DataConfig
from studio.data import ImageDataset, Split
from studio.training.input.tensors import Rows, place_rows, read_parts


@dataclass(frozen=True)
class DeviceData:
    """One split: what a network takes of it, and labels int64 [N] on the device.

    `images` are uint8 [N, C, H, W]; or they are what a frozen backbone made of them, float16, in
    `views` versions one after the other, [views * N, ...].
    """

    images: Rows
    labels: Tensor
    views: int = 1

    @classmethod
    def of(
        cls,
        image_set: ImageDataset,
        split: Split,
        device: str,
        should_stop: ShouldStop = never_stop,
    ) -> Self:
        """A split with its pictures on the device where they fit. Raises DatasetError, Stopped."""
        indices = image_set.splits[split]
        return cls(
            place_rows(image_set.images, indices, device, should_stop),
            torch.from_numpy(image_set.labels[indices]).to(device),
        )

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def streamed(self) -> str:
        """Why the images do not live on the device; empty where they do."""
        return "" if isinstance(self.images, Tensor) else self.images.reason

    def batches(
        self, order: Sequence[Tensor], epoch: int
    ) -> Generator[tuple[Tensor, Tensor], None, None]:
        """Images and labels of each batch of `order`; of several versions each epoch has the next.

        Images may be overwritten once the next batch is asked for. Close the generator to end
        early. Raises DatasetError when the images can no longer be read.
        """
        if not order:
            return
        sizes = [len(batch) for batch in order]
        # Once for all: a copy at each step would wait for the device.
        picked = torch.cat(list(order))
        here = picked.to(self.labels.device)
        rows = here if isinstance(self.images, Tensor) else picked
        parts = torch.split(rows + epoch % self.views * len(self), sizes)
        with closing(read_parts(self.images, parts)) as reading:
            for images, indices in zip(reading, torch.split(here, sizes), strict=True):
                yield images, self.labels[indices]


def epoch_order(count: int, batch_size: int, seed: int, epoch: int) -> list[Tensor]:
    """Indices of each batch of an epoch, on the CPU; the same arguments give the same order.

    A last batch of one picture joins the one before it: batch norm cannot use it alone.
    """
    generator = torch.Generator().manual_seed(seed * 1_000_003 + epoch)
    batches = list(torch.split(torch.randperm(count, generator=generator), batch_size))
    if batch_size > 1 and len(batches) > 1 and len(batches[-1]) == 1:
        batches[-2:] = [torch.cat(batches[-2:])]
    return batches


def steps_per_epoch(count: int, batch_size: int) -> int:
    """Number of batches `epoch_order` gives."""
    whole, rest = divmod(count, batch_size)
    return whole + (rest > 1 or (rest == 1 and whole == 0))


def pixel_moments(
    config: DataConfig, image_set: ImageDataset
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation of each channel that make pixels of 0..255 a network's input."""
    if config.normalize == "unit":
        return (0.0,) * image_set.channels, (config.scale,) * image_set.channels
    return image_set.mean, image_set.std


class Normalizer:
    """Turns pixels [N, C, H, W] of 0..255 into a network's float32 input.

    `memory_format` is that of the network too.
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

    def __call__(self, pictures: Tensor) -> Tensor:
        scaled = (pictures.float() - self._mean) * self._scale
        return scaled.contiguous(memory_format=self.memory_format)
