"""The one shape in which pictures reach the rest of the program."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from studio.data.drawing.preprocessing import DrawingStyle

Split = Literal["train", "val", "test"]

# Pictures counted at a time: numpy keeps other threads, also the window's, waiting meanwhile.
_CHUNK = 500


@dataclass(frozen=True, eq=False)
class ImageDataset:
    """Labelled pictures: images uint8 [N, C, H, W], labels int64 [N] counting into `class_names`.

    A picture of a class that the settings leave out has the label -1 and is in no part. `splits`
    maps train, val and test to int64 indices that share nothing; `drawing` names the way a drawing
    is brought to the look of these pictures. `files` names each picture where it was a file of its
    own, else it is empty. `key` stands for the pixels where they are known by one, as in a cache;
    else they are read to make the fingerprint.
    """

    name: str
    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]
    splits: Mapping[Split, NDArray[np.int64]]
    drawing: DrawingStyle
    files: tuple[str, ...] = ()
    key: str = ""

    @property
    def channels(self) -> int:
        """1 for grey, 3 for colour."""
        return int(self.images.shape[1])

    @property
    def image_size(self) -> int:
        """Side of the square pictures in pixels."""
        return int(self.images.shape[2])

    @cached_property
    def fingerprint(self) -> str:
        """16 hex digits that change with any pixel, label or split."""
        digest = hashlib.blake2b(self.key.encode(), digest_size=8)
        parts: list[NDArray[Any]] = [self.labels] if self.key else [self.images, self.labels]
        parts += [self.splits[name] for name in sorted(self.splits)]
        for array in parts:
            digest.update(str(array.shape).encode())
            digest.update(np.ascontiguousarray(array).view(np.uint8).data)
        return digest.hexdigest()

    @cached_property
    def mean(self) -> tuple[float, ...]:
        """Mean of each channel over the training split, 0..255."""
        return tuple(first / count for first, _, count in self._moments)

    @cached_property
    def std(self) -> tuple[float, ...]:
        """Standard deviation of each channel over the training split, 0..255; never 0."""
        spreads = (
            (second / count - (first / count) ** 2) for first, second, count in self._moments
        )
        return tuple(max(float(np.sqrt(spread)), 1.0) for spread in spreads)

    @cached_property
    def _moments(self) -> list[tuple[float, float, int]]:
        """Sum, sum of squares and count of each channel, exact: counted from histograms."""
        levels = np.arange(256, dtype=np.float64)
        counts = np.zeros((self.channels, 256), np.int64)
        train = self.splits["train"]
        for start in range(0, len(train), _CHUNK):
            pixels = self.images[train[start : start + _CHUNK]]
            for channel, count in enumerate(counts):
                count += np.bincount(pixels[:, channel].ravel(), minlength=256)
        return [(float(c @ levels), float(c @ levels**2), int(c.sum())) for c in counts]


def sample_id(split: Split, index: int) -> str:
    """Name a sample by its split and its index within that split, from 0: "test:9729".

    For a dataset that brings its own test split, `test:i` is item i of that split's files, unless
    the settings keep only some of them. The id of a train or validation sample depends on the
    split's seed and share.
    """
    return f"{split}:{index}"


def image_path(source: Path, file: str) -> Path | None:
    """Return where the image `file` of own images lies; None for one inside an archive.

    `source` is the folder, archive or CSV list they were read from, `file` the name below it.
    """
    if source.suffix.lower() == ".csv":
        return source.parent / file
    return source / file if source.is_dir() else None
