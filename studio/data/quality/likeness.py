"""Whether two pictures are one, but for light, contrast, noise and a small shift."""

import numpy as np
from numpy.typing import NDArray

# Correlation of small greys. Among pairs of CIFAR-10 whose looks are close nearly all above 0.9 are
# one photograph cut, toned or saved twice; skies, and cars of one pose, come in below.
ALIKE = 0.9

# In a crowded set, of digits or of clothes, other things reach 0.98; a copy saved anew keeps this.
ALIKE_IN_CROWD = 0.99

_CELLS = 16  # of the small greys, a side
_CHUNK = 4096  # pictures or pairs at a time

Pairs = NDArray[np.int64]


def alike(pixels: NDArray[np.uint8], pairs: Pairs, least: float) -> NDArray[np.bool_]:
    """Which pairs [P, 2] of rows of pixels (uint8 [N, C, S, S]) correlate at least so: bool [P]."""
    rows, places = np.unique(pairs, return_inverse=True)
    greys = np.concatenate(
        [
            np.zeros((0, min(_CELLS, pixels.shape[-1]) ** 2), np.float32),
            *(_greys(pixels[rows[k : k + _CHUNK]]) for k in range(0, len(rows), _CHUNK)),
        ]
    )
    left, right = places.reshape(-1, 2).T
    correlations = [
        np.einsum("pc,pc->p", greys[left[k : k + _CHUNK]], greys[right[k : k + _CHUNK]])
        for k in range(0, len(pairs), _CHUNK)
    ]
    return np.concatenate([np.zeros(0, np.float32), *correlations]) >= least


def _greys(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Small greys with mean 0 and length 1, float32 [n, cells * cells]."""
    side = pixels.shape[-1]
    edges = np.arange(min(_CELLS, side)) * side // min(_CELLS, side)
    grey = pixels.sum(axis=1, dtype=np.uint16)
    sums = np.add.reduceat(grey, edges, axis=1, dtype=np.float32)
    sums = np.add.reduceat(sums, edges, axis=2)
    size = np.diff(edges, append=side).astype(np.float32)
    flat = (sums / (size[:, None] * size)).reshape(len(pixels), -1)
    flat -= flat.mean(axis=1, keepdims=True)
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    return np.asarray(flat / np.maximum(length, 1e-6), np.float32)
