"""Choose the samples of a preview: one per class, means, a wall. No Qt here."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from studio.data.image_dataset import ImageDataset

Pixels = NDArray[np.uint8]
Indices = NDArray[np.int64]

WALL_COLUMNS, WALL_ROWS = 20, 5
MAX_TILES = 14
TILE_SIDE = 56  # px; images at least twice this large are shrunk, they are shown as tiles

# Limits for large datasets. A chunk is small because numpy holds the GIL while it reads one, and
# the window waits.
_MAX_TILE_BYTES = 96 * 2**20
_MAX_MEAN_BYTES = 256 * 2**20
_CHUNK_BYTES = 2 * 2**20


def shrunk(pixels: Pixels) -> Pixels:
    """Shrink images uint8 [N, C, H, W] by a whole factor; each block becomes its mean."""
    count, channels, height, width = pixels.shape
    factor = min(height, width) // TILE_SIDE
    if factor < 2:
        return pixels
    rows, columns = height // factor, width // factor
    whole = pixels[:, :, : rows * factor, : columns * factor]
    blocks = whole.reshape(count, channels, rows, factor, columns, factor)
    return blocks.mean((3, 5), dtype=np.float32).astype(np.uint8)


def class_samples(dataset: ImageDataset, groups: Sequence[Indices]) -> Pixels:
    """Return one sample of each class, a training sample if possible; black if it has none."""
    indices = [group[0] if len(group) else _any_index(dataset, k) for k, group in enumerate(groups)]
    images = [
        shrunk(dataset.images[[index]]) if index >= 0 else _blank(dataset.images)
        for index in indices
    ]
    return np.concatenate([_blank(dataset.images)[:0], *images])


def class_tiles(pixels: Pixels, groups: Sequence[Indices]) -> tuple[Pixels, ...]:
    """Return the first training images of each class, fewer where there are many classes."""
    budget = _MAX_TILE_BYTES // (max(1, len(groups)) * _blank(pixels).nbytes)
    limit = max(1, min(MAX_TILES, budget))
    return tuple(shrunk(pixels[group[:limit]]) for group in groups)


def class_means(pixels: Pixels, groups: Sequence[Indices]) -> Pixels:
    """Return the mean training image of each class, of an even subset for a large dataset."""
    limit = max(16, _MAX_MEAN_BYTES // (max(1, len(groups)) * _image_bytes(pixels)))
    means = [_mean(pixels, group[:: -(-len(group) // limit) or 1]) for group in groups]
    return np.concatenate([_blank(pixels)[:0], *means])


def wall_indices(groups: Sequence[Indices]) -> Indices:
    """Return indices row by row; each column has one class, in the order of the classes.

    A class without enough samples is filled up from the one with the most left.
    """
    size = WALL_COLUMNS * WALL_ROWS
    available = [list(group[:size]) for group in groups if len(group)]
    chosen: list[int] = []
    while available and len(chosen) < size:
        column = len(chosen) % WALL_COLUMNS
        group = available[column * len(available) // WALL_COLUMNS] or max(available, key=len)
        if not group:
            break
        chosen.append(group.pop(0))
    return np.array(chosen, np.int64)


def _mean(pixels: Pixels, indices: Indices) -> Pixels:
    chunk = max(1, _CHUNK_BYTES // _image_bytes(pixels))
    total = np.zeros((1, *pixels.shape[1:]), np.float64)
    for start in range(0, len(indices), chunk):
        total += pixels[indices[start : start + chunk]].sum(0, dtype=np.uint32)
    return shrunk((total / max(1, len(indices))).round().astype(np.uint8))


def _image_bytes(pixels: Pixels) -> int:
    return int(np.prod(pixels.shape[1:]))


def _any_index(dataset: ImageDataset, label: int) -> int:
    found = np.flatnonzero(dataset.labels == label)[:1]
    return int(found[0]) if len(found) else -1


def _blank(pixels: Pixels) -> Pixels:
    return shrunk(np.zeros((1, *pixels.shape[1:]), np.uint8))
