"""A labelled image dataset in memory, the form in which the rest of the program uses it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from studio.data.drawing import DrawingStyle
from studio.data.file_names import name_on_disk
from studio.data.overlay.sample_fix import Fixes
from studio.data.sample_ids import SampleIds

Split = Literal["train", "val", "test"]
SPLITS: tuple[Split, ...] = ("train", "val", "test")

# Images counted at a time: numpy holds the GIL meanwhile, also against the GUI thread.
_CHUNK = 500


@dataclass(frozen=True, eq=False)
class ImageDataset:
    """Labelled images: uint8 [N, C, H, W], and labels int64 [N] that index `class_names`.

    A sample of a class that the settings leave out has the label -1 and is in no split. `splits`
    maps train, val and test to disjoint int64 indices; `drawing` says how a drawing is converted to
    resemble these images. `files` are the file names of own images, else empty. `key` identifies
    the pixels where a cache does, so that the fingerprint need not read them.

    `ids` are the names of published samples, see `sample_ids`; `source_key` identifies the dataset
    as published. `fixes` by sample id are applied: `published_labels` int64 [N] are those before,
    None where nothing is changed; `ambiguous_indices` are the samples to count apart. `source` is
    the folder, archive or CSV list of own images, `unreadable_count` how many of its files were
    left out because they cannot be read.
    """

    name: str
    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]
    splits: Mapping[Split, NDArray[np.int64]]
    drawing: DrawingStyle
    files: tuple[str, ...] = ()
    key: str = ""
    ids: SampleIds | None = None
    source_key: str = ""
    unreadable_count: int = 0
    fixes: Fixes = field(default_factory=dict)
    published_labels: NDArray[np.int64] | None = None
    ambiguous_indices: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    source: Path | None = None

    @cached_property
    def sample_ids(self) -> SampleIds:
        """The names of the samples, which do not depend on splits and settings."""
        return self.ids or SampleIds(files=self.files)

    def file_on_disk(self, index: int) -> str:
        """The name of an own image as other programs find it, see `name_on_disk`."""
        return name_on_disk(self.source, self.files[index])

    @cached_property
    def ambiguous(self) -> NDArray[np.bool_]:
        """Whether each sample is marked as ambiguous, bool [N]: it is counted apart."""
        mask = np.zeros(len(self.labels), bool)
        mask[self.ambiguous_indices] = True
        return mask

    @property
    def channels(self) -> int:
        """1 for grey, 3 for color."""
        return int(self.images.shape[1])

    @property
    def image_size(self) -> int:
        """Side of the square images in pixels."""
        return int(self.images.shape[2])

    @cached_property
    def fingerprint(self) -> str:
        """16 hex digits that change with any pixel, label or split."""
        digest = hashlib.blake2b(self.key.encode(), digest_size=8)
        arrays: list[NDArray[Any]] = [self.labels] if self.key else [self.images, self.labels]
        arrays += [self.splits[name] for name in sorted(self.splits)]
        for array in arrays:
            digest.update(str(array.shape).encode())
            digest.update(np.ascontiguousarray(array).view(np.uint8).data)
        return digest.hexdigest()

    @cached_property
    def mean(self) -> tuple[float, ...]:
        """Mean of each channel over the training split, 0..255."""
        return tuple(total / count for total, _, count in self._moments)

    @cached_property
    def std(self) -> tuple[float, ...]:
        """Standard deviation of each channel over the training split, 0..255; at least 1."""
        variances = (
            (squares / count - (total / count) ** 2) for total, squares, count in self._moments
        )
        # Of equal pixels, rounding can make the variance negative.
        return tuple(max(float(np.sqrt(max(variance, 0.0))), 1.0) for variance in variances)

    @cached_property
    def _moments(self) -> list[tuple[float, float, int]]:
        """Sum, sum of squares and count of each channel, exact because taken from histograms."""
        levels = np.arange(256, dtype=np.float64)
        histograms = np.zeros((self.channels, 256), np.int64)
        train = self.splits["train"]
        for start in range(0, len(train), _CHUNK):
            pixels = self.images[train[start : start + _CHUNK]]
            for channel, histogram in enumerate(histograms):
                histogram += np.bincount(pixels[:, channel].ravel(), minlength=256)
        return [(float(h @ levels), float(h @ levels**2), int(h.sum())) for h in histograms]


def image_path(source: Path, file: str) -> Path | None:
    """Return where the image `file` of own images lies; None for one inside an archive.

    `source` is the folder, archive or CSV list they were read from, `file` the name below it.
    """
    if source.suffix.lower() == ".csv":
        return source.parent / name_on_disk(source, file)
    return source / name_on_disk(source, file) if source.is_dir() else None
