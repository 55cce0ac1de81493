"""Remove dust: connected components with hardly any mass."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, label

T = TypeVar("T", bound=np.generic)

# Components are found in a reduced image. In small images dust looks like strokes.
SEARCH_SIDE = 128
MIN_SIDE = 64

# A component with less than this fraction of the largest one's mass is dust. The separate bar of a
# 5 has ten times as much.
MAX_DUST = 0.03
MIN_DEPTH = 0.25

_EIGHT_NEIGHBOURS = np.ones((3, 3), bool)


def remove_dust(depth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Set the depth of strokes (float [H, W], at least 0) to 0 where there is only dust."""
    if max(depth.shape) < MIN_SIDE or not depth.any():
        return depth
    factor = -(-max(depth.shape) // SEARCH_SIDE)
    small = split_blocks(depth, factor).max(axis=(1, 3))  # so that thin lines stay connected
    labels = label_components(small > MIN_DEPTH * small.max())
    mass = np.bincount(labels.ravel(), small.ravel())
    mass[0] = 0
    kept = (mass >= MAX_DUST * mass.max())[labels] & (labels > 0)
    kept = binary_dilation(kept, _EIGHT_NEIGHBOURS)  # with the soft edges of strokes
    full = kept.repeat(factor, axis=0).repeat(factor, axis=1)
    return np.where(full[: depth.shape[0], : depth.shape[1]], depth, 0.0)


def label_components(mask: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Number the connected components from 1, 0 for the background; corners connect."""
    return np.asarray(label(mask, _EIGHT_NEIGHBOURS)[0], np.intp)


def split_blocks(image: NDArray[T], factor: int) -> NDArray[T]:
    """Pad [H, W] with 0 to whole blocks: [rows, factor, columns, factor]."""
    height, width = image.shape
    padded = np.pad(image, ((0, -height % factor), (0, -width % factor)))
    return padded.reshape(-1, factor, padded.shape[1] // factor, factor)
