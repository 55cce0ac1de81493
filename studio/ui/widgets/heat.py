"""Lays heat over a picture: where something matters it glows, elsewhere the picture stays."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

# Perceptually even, and readable without colours: the brighter, the hotter.
COLORS = "inferno"
COLDEST_COLOR = 0.25
STRONGEST = 0.9
DIMMED = 0.6  # the picture under the heat steps back, but stays to be seen


def blend_heat(image: NDArray[np.uint8], heat: NDArray[np.float32] | None) -> NDArray[np.uint8]:
    """Return `image` (uint8 [H, W] or [H, W, 3]) under `heat` (float [H, W] of 0..1).

    Without heat the very pixels come back; with it uint8 [H, W, 3].
    """
    if heat is None:
        return image
    share = np.clip(np.nan_to_num(heat), 0.0, 1.0)
    base = (image if image.ndim == 3 else image[..., None]).astype(np.float32)
    glow = _colors()[np.rint(share * 255).astype(np.intp)]
    weight = (STRONGEST * share)[..., None]
    return np.rint(base * (1 - weight) * DIMMED + glow * weight).astype(np.uint8)


@cache
def _colors() -> NDArray[np.float32]:
    """Colours from cold to hot, float32 [256, 3] of 0..255."""
    import pyqtgraph as pg  # heavy, and the window opens without it

    table = pg.colormap.get(COLORS).getLookupTable(COLDEST_COLOR, 1.0, 256, alpha=False)
    return np.asarray(table, np.float32)
