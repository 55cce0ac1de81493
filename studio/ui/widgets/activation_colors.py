"""Colors of activations: dark at 0, orange and brighter for positive, blue for negative values."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from studio.ui.widgets.image_conversion import Pixels
from studio.ui.widgets.pixel_view import NEGATIVE_COLOR, POSITIVE_COLOR

ZERO_LEVEL, _STEPS = 128, 127
_ZERO_COLOR, _BRIGHTEST = (20, 22, 28), (255, 244, 214)
_TURN = 0.7  # the fraction of the scale at which the positive color is reached


def to_levels(values: NDArray[np.float32], scale: float) -> NDArray[np.uint8]:
    """Return values of any shape as levels 1..255: `ZERO_LEVEL` for 0, the ends for ± `scale`."""
    parts = np.clip(np.nan_to_num(values) / scale, -1, 1)
    return np.asarray(np.rint(ZERO_LEVEL + _STEPS * parts), np.uint8)


def color_levels(levels: NDArray[np.uint8]) -> Pixels:
    """Return the colors of levels [h, w] as uint8 [3, h, w]."""
    return np.ascontiguousarray(color_table()[levels].transpose(2, 0, 1))


@cache
def color_table() -> NDArray[np.uint8]:
    """Return the color of each level, uint8 [256, 3]."""
    parts = (np.arange(256) - ZERO_LEVEL) / _STEPS
    stops = [-1.0, 0.0, _TURN, 1.0]
    colors = np.array([NEGATIVE_COLOR, _ZERO_COLOR, POSITIVE_COLOR, _BRIGHTEST], np.float64)
    channels = [np.interp(parts, stops, colors[:, channel]) for channel in range(3)]
    return np.rint(np.stack(channels, 1)).astype(np.uint8)


@cache
def packed_table() -> NDArray[np.uint32]:
    """Return the color of each level in Qt's format RGB32, uint32 [256]."""
    red, green, blue = color_table().astype(np.uint32).T
    return np.asarray(0xFF000000 | red << 16 | green << 8 | blue, np.uint32)
