"""Occlusion: how much a logit falls when a patch of the image is covered."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.inference import Predictor
from studio.insight.sample_transforms import estimate_background

_PATCHES_PER_SIDE = 7  # the side of a patch is this fraction of that of the image
_LARGEST_DENSE_SIDE = 64  # up to this side the patch moves by single pixels
_CHUNK_PIXELS = 1 << 20  # of the covered images in memory at a time


def occlusion(
    predictor: Predictor,
    image: NDArray[np.uint8],
    classes: Sequence[int],
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> NDArray[np.float32]:
    """Return the mean fall of each logit over all patches that cover a pixel, float32 [K, h, w].

    A patch has the background color. M. Zeiler and R. Fergus, Visualizing and Understanding
    Convolutional Networks (2014), with logits in place of probabilities, which saturate. Raises
    Stopped.
    """
    patches = patch_grid(image.shape[1], image.shape[2])
    chosen = list(classes)
    full = predictor.logits(image[None])[0, chosen].numpy()
    falls = np.zeros((len(chosen), *image.shape[1:]), np.float64)
    counts = np.zeros(image.shape[1:], np.int64)
    chunk = max(1, _CHUNK_PIXELS // image[0].size)
    for start in range(0, len(patches), chunk):
        covered = patches[start : start + chunk]
        logits = predictor.logits(_cover(image, covered), should_stop=should_stop)
        for (rows, columns), fall in zip(covered, full - logits[:, chosen].numpy(), strict=True):
            falls[:, rows, columns] += fall[:, None, None]
            counts[rows, columns] += 1
        on_progress(min(1.0, (start + chunk) / len(patches)), "")
    return np.asarray(falls / counts, np.float32)


def patch_grid(height: int, width: int) -> list[tuple[slice, slice]]:
    """Return rows and columns of all patches; together they cover every pixel.

    On small images a patch moves by one pixel, on larger ones by half its side.
    """
    side = max(1, round(max(height, width) / _PATCHES_PER_SIDE))
    stride = 1 if max(height, width) <= _LARGEST_DENSE_SIDE else max(1, side // 2)
    rows, columns = _offsets(height, side, stride), _offsets(width, side, stride)
    return [(slice(r, r + side), slice(c, c + side)) for r in rows for c in columns]


def _offsets(length: int, side: int, stride: int) -> list[int]:
    last = max(0, length - side)
    return sorted({*range(0, last, stride), last})


def _cover(image: NDArray[np.uint8], patches: list[tuple[slice, slice]]) -> NDArray[np.uint8]:
    """Copies of the image [P, C, h, w], each with one patch in the background color."""
    covered = np.repeat(image[None], len(patches), axis=0)
    background = estimate_background(image[None])[:, None, None]
    for copy, (rows, columns) in zip(covered, patches, strict=True):
        copy[:, rows, columns] = background
    return covered
