"""Tell ink that is hardly a drawing: a dot, a filled area, next to nothing."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from studio.data.drawing.denoising import label_spots

# The largest circle that fits into the ink, as a share of the longer side of the ink's box. Of
# 72,797 handwritten digits (MNIST, UCI digits, hwd-1000) none reaches 0.63: the boldest 8 has 0.62,
# 99.9 % have less than 0.5. A dot has 0.7 to 0.9, a scribbled area 0.66 to 0.95, and a stroke of
# the pen less than 0.63 as soon as it is 1.6 times as long as wide.
COMPACT = 0.63

# Shares of the canvas side: a larger dot is called an area, smaller ink is next to nothing.
LARGEST_DOT = 0.25
SMALLEST_EXTENT = 0.025

# More separate spots than that are not compared one by one.
MOST_SPOTS = 8

# Shapes are reduced or enlarged to about this many pixels: gaps of a scribble close, and a small
# dot is as round as a large one.
_LABEL_SIDE = 48
_SHAPE_SIDE = 24


class DrawingFlaw(StrEnum):
    """Why ink is hardly a drawing; the value is the description that a person reads."""

    TINY = "almost nothing"
    DOT = "one dot"
    DOTS = "only dots"
    AREA = "a filled area"


def find_flaw(ink: NDArray[np.uint8]) -> DrawingFlaw | None:
    """Return what makes ink (uint8 [H, W], 255 = ink) hardly a drawing, None for a drawing.

    Size and place on the canvas do not matter as long as the ink can be seen. Blank ink has no
    flaw.
    """
    if not ink.any():
        return None
    mask = _crop(ink >= max(1, int(ink.max()) // 2))
    extent = max(mask.shape) / max(ink.shape)
    spots = _spots(mask)
    if len(spots) <= MOST_SPOTS and all(_roundness(spot) >= COMPACT for spot in spots):
        if max(max(spot.shape) for spot in spots) / max(ink.shape) > LARGEST_DOT:
            return DrawingFlaw.AREA
        return DrawingFlaw.DOT if len(spots) == 1 else DrawingFlaw.DOTS
    return DrawingFlaw.TINY if extent < SMALLEST_EXTENT else None


def _crop(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _spots(mask: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """Cut out each connected spot, at full resolution."""
    factor = -(-max(mask.shape) // _LABEL_SIDE)
    small = label_spots(_blocks(mask, factor) > 0)
    labels = small.repeat(factor, axis=0).repeat(factor, axis=1)[: mask.shape[0], : mask.shape[1]]
    numbers = range(1, int(small.max()) + 1)
    return [_crop(mask & (labels == number)) for number in numbers[: MOST_SPOTS + 1]]


def _roundness(spot: NDArray[np.bool_]) -> float:
    """Diameter of the largest circle inside, as a share of the longer side."""
    if max(spot.shape) < _SHAPE_SIDE:
        factor = _SHAPE_SIDE // max(spot.shape)
        shape = spot.repeat(factor, axis=0).repeat(factor, axis=1)
    else:
        shape = _blocks(spot, -(-max(spot.shape) // _SHAPE_SIDE)) >= 0.5
    framed = np.pad(shape, 1)
    inside, outside = np.argwhere(framed), np.argwhere(~framed)
    squares = ((inside[:, None] - outside[None]) ** 2).sum(2).min(1)
    return float((2 * np.sqrt(squares.max(initial=0)) - 1) / max(shape.shape))


def _blocks(mask: NDArray[np.bool_], factor: int) -> NDArray[np.float64]:
    """The share of ink in each block of `factor` by `factor` pixels."""
    height, width = (-(-side // factor) * factor for side in mask.shape)
    padded = np.zeros((height, width))
    padded[: mask.shape[0], : mask.shape[1]] = mask
    shares: NDArray[np.float64] = padded.reshape(
        height // factor, factor, width // factor, factor
    ).mean(axis=(1, 3))
    return shares
