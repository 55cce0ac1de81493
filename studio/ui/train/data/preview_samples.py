"""The few pictures that stand for a data set: samples, means, a wall. No Qt here."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from studio.data.image_dataset import ImageDataset

Pixels = NDArray[np.uint8]
Rows = NDArray[np.int64]

WALL_COLUMNS, WALL_ROWS = 20, 5
TILES_PER_CLASS = 14
SHOWN_SIDE = 56  # pictures at least twice this large are shrunk: they are shown as small tiles

# What is read or kept of large sets stays within these. A part read at once is small, for numpy
# keeps the window's thread waiting meanwhile.
_KEPT_BYTES = 96 * 2**20
_MEAN_BYTES = 256 * 2**20
_PART_BYTES = 2 * 2**20


def shrunk(pixels: Pixels) -> Pixels:
    """Pictures uint8 [N, C, H, W] made smaller by a whole factor, each block becoming its mean."""
    count, channels, height, width = pixels.shape
    factor = min(height, width) // SHOWN_SIDE
    if factor < 2:
        return pixels
    rows, columns = height // factor, width // factor
    whole = pixels[:, :, : rows * factor, : columns * factor]
    blocks = whole.reshape(count, channels, rows, factor, columns, factor)
    return blocks.mean((3, 5), dtype=np.float32).astype(np.uint8)


def first_of_each(image_set: ImageDataset, groups: Sequence[Rows]) -> Pixels:
    """One picture a class, of its training pictures if it has any; black for a class of none."""
    rows = [group[0] if len(group) else _any_row(image_set, k) for k, group in enumerate(groups)]
    pictures = [
        shrunk(image_set.images[[row]]) if row >= 0 else _blank(image_set.images) for row in rows
    ]
    return np.concatenate([_blank(image_set.images)[:0], *pictures])


def some_of_each(pixels: Pixels, groups: Sequence[Rows]) -> tuple[Pixels, ...]:
    """The first few training pictures of each class; fewer of each where there are many classes."""
    budget = _KEPT_BYTES // (max(1, len(groups)) * _blank(pixels).nbytes)
    most = max(1, min(TILES_PER_CLASS, budget))
    return tuple(shrunk(pixels[group[:most]]) for group in groups)


def mean_of_each(pixels: Pixels, groups: Sequence[Rows]) -> Pixels:
    """The mean training picture of each class; of large sets of an even choice of them."""
    most = max(16, _MEAN_BYTES // (max(1, len(groups)) * _size(pixels)))
    means = [_mean(pixels, group[:: -(-len(group) // most) or 1]) for group in groups]
    return np.concatenate([_blank(pixels)[:0], *means])


def wall_rows(groups: Sequence[Rows]) -> Rows:
    """Indices row by row; each column holds one class, classes side by side in order.

    Where a class runs out of pictures, the one with most left fills its place.
    """
    size = WALL_COLUMNS * WALL_ROWS
    left = [list(group[:size]) for group in groups if len(group)]
    taken: list[int] = []
    while left and len(taken) < size:
        column = len(taken) % WALL_COLUMNS
        place = left[column * len(left) // WALL_COLUMNS] or max(left, key=len)
        if not place:
            break
        taken.append(place.pop(0))
    return np.array(taken, np.int64)


def _mean(pixels: Pixels, rows: Rows) -> Pixels:
    part = max(1, _PART_BYTES // _size(pixels))
    total = np.zeros((1, *pixels.shape[1:]), np.float64)
    for start in range(0, len(rows), part):
        total += pixels[rows[start : start + part]].sum(0, dtype=np.uint32)
    return shrunk((total / max(1, len(rows))).round().astype(np.uint8))


def _size(pixels: Pixels) -> int:
    """Bytes of one picture."""
    return int(np.prod(pixels.shape[1:]))


def _any_row(image_set: ImageDataset, label: int) -> int:
    found = np.flatnonzero(image_set.labels == label)[:1]
    return int(found[0]) if len(found) else -1


def _blank(pixels: Pixels) -> Pixels:
    return shrunk(np.zeros((1, *pixels.shape[1:]), np.uint8))
