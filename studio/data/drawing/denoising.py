"""Take dust off: spots that hang together with nothing and hold next to no ink."""

import numpy as np
from numpy.typing import NDArray

# Spots are sought in a reduced picture; smaller pictures have no room for dust.
SEARCH_SIDE = 128
SMALLEST_SIDE = 64

# A spot with less than this share of the largest one's ink is dust. The loose bar of a 5 has ten
# times as much.
DUST = 0.03
MARK = 0.25


def without_specks(depth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Set the depth of ink (float [H, W], at least 0) to 0 where there is only dust."""
    if max(depth.shape) < SMALLEST_SIDE or not depth.any():
        return depth
    factor = -(-max(depth.shape) // SEARCH_SIDE)
    small = _reduced(depth, factor)
    labels = label_spots(small > MARK * small.max())
    mass = np.bincount(labels.ravel(), small.ravel())
    mass[0] = 0
    kept = _grown((mass >= DUST * mass.max())[labels] & (labels > 0))
    full = kept.repeat(factor, axis=0).repeat(factor, axis=1)
    return np.where(full[: depth.shape[0], : depth.shape[1]], depth, 0.0)


def _reduced(depth: NDArray[np.float64], factor: int) -> NDArray[np.float64]:
    """The deepest ink of each block: thin lines stay whole."""
    height, width = (-(-side // factor) * factor for side in depth.shape)
    padded = np.zeros((height, width))
    padded[: depth.shape[0], : depth.shape[1]] = depth
    blocks = padded.reshape(height // factor, factor, width // factor, factor)
    deepest: NDArray[np.float64] = blocks.max(axis=(1, 3))
    return deepest


def label_spots(marks: NDArray[np.bool_]) -> NDArray[np.intp]:
    """A number for each spot, 0 for paper; pixels that touch, also by a corner, share a spot."""
    labels = np.where(marks, np.arange(1, marks.size + 1).reshape(marks.shape), 0)
    while True:
        spread = np.where(marks, _largest_around(labels), 0)
        # A spot's number names a pixel of it; to take over that pixel's number saves many rounds.
        spread = np.where(marks, spread.ravel()[np.maximum(spread, 1) - 1], 0)
        if np.array_equal(spread, labels):
            # Counted from 1, also where there is no paper to be 0.
            numbers = np.unique(np.append(labels, 0))
            return np.searchsorted(numbers, labels)
        labels = spread


def _largest_around(values: NDArray[np.intp]) -> NDArray[np.intp]:
    padded = np.pad(values, 1)
    rows = np.maximum(np.maximum(padded[:-2], padded[1:-1]), padded[2:])
    around: NDArray[np.intp] = np.maximum(np.maximum(rows[:, :-2], rows[:, 1:-1]), rows[:, 2:])
    return around


def _grown(marks: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """With the soft edges around what is kept."""
    return np.asarray(_largest_around(marks.astype(np.intp)), bool)
