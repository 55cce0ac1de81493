"""The batches of an epoch: their order, and their images and labels on the device."""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from studio.callbacks import ShouldStop, never_stop
from studio.data import ImageDataset, Split
from studio.training.input.samples import Samples, load_samples, read_batches


@dataclass(frozen=True)
class DeviceDataset:
    """The images of one split, and labels int64 [N] on the device.

    `images` are uint8 [N, C, H, W]; or cached features of them, float16 [views * N, ...], where
    the features of one augmented view of all images follow those of another. `counted` bool [N] on
    the CPU says which samples are in the loss and accuracy of an evaluation; None for all.
    """

    images: Samples
    labels: Tensor
    views: int = 1
    counted: Tensor | None = None

    @classmethod
    def load(
        cls, dataset: ImageDataset, split: Split, device: str, should_stop: ShouldStop = never_stop
    ) -> Self:
        """Load a split onto the device, or stream its images. Raises DatasetError, Stopped."""
        return cls(
            load_samples(dataset.images, dataset.splits[split], device, should_stop),
            load_labels(dataset, split, device),
            counted=counted_samples(dataset, split),
        )

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def streamed(self) -> str:
        """Why the images are not on the device; empty if they are."""
        return "" if isinstance(self.images, Tensor) else self.images.reason

    def batches(
        self, order: Sequence[Tensor], epoch: int
    ) -> Generator[tuple[Tensor, Tensor], None, None]:
        """Yield images and labels for each batch of indices; epochs alternate between the views.

        Images may be overwritten when the next batch is requested. Close the generator to end
        early. Raises DatasetError when the images can no longer be read.
        """
        if not order:
            return
        sizes = [len(batch) for batch in order]
        # Indices are copied once for all batches: a copy in every step would wait for the device.
        cpu_indices = torch.cat(list(order))
        indices = cpu_indices.to(self.labels.device)
        rows = indices if isinstance(self.images, Tensor) else cpu_indices
        selections = torch.split(rows + epoch % self.views * len(self), sizes)
        with closing(read_batches(self.images, selections)) as reader:
            for images, batch in zip(reader, torch.split(indices, sizes), strict=True):
                yield images, self.labels[batch]


def load_labels(dataset: ImageDataset, split: Split, device: str) -> Tensor:
    """Return the labels of a split on the device."""
    return torch.from_numpy(dataset.labels[dataset.splits[split]]).to(device)


def counted_samples(dataset: ImageDataset, split: Split) -> Tensor | None:
    """Return which samples of a split an evaluation counts, bool [N]; None for all.

    Ambiguous ones are not counted, unless there are no others.
    """
    ambiguous = dataset.ambiguous[dataset.splits[split]]
    if not ambiguous.any() or ambiguous.all():
        return None
    return torch.from_numpy(~ambiguous)


def epoch_order(count: int, batch_size: int, seed: int, epoch: int) -> list[Tensor]:
    """Return the sample indices of each batch of an epoch, on the CPU, shuffled by `seed`.

    A last batch of one sample joins the one before it, as batch norm cannot train on one sample.
    """
    generator = torch.Generator().manual_seed(seed * 1_000_003 + epoch)
    batches = list(torch.split(torch.randperm(count, generator=generator), batch_size))
    if batch_size > 1 and len(batches) > 1 and len(batches[-1]) == 1:
        batches[-2:] = [torch.cat(batches[-2:])]
    return batches


def steps_per_epoch(count: int, batch_size: int) -> int:
    """Return the number of batches of `epoch_order`."""
    full_batches, remainder = divmod(count, batch_size)
    return full_batches + (remainder > 1 or (remainder == 1 and full_batches == 0))
