"""Colours of a confusion matrix: mistakes in one hue, right answers in another."""

import numpy as np
import numpy.typing as npt

from studio.ui.widgets.theme_colors import ThemeColors

Colors = npt.NDArray[np.uint8]
FAINTEST = 0.14  # a single mistake among thousands must still be seen
DIAGONAL_DEPTH = 0.42  # right answers stay in the background


def shares(matrix: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return each row divided by its sum, float64 [K, K]; rows without samples are zero."""
    totals = matrix.sum(axis=1, keepdims=True)
    return np.divide(matrix, totals, out=np.zeros(matrix.shape), where=totals > 0)


def mistake_depth(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return 0 for empty cells and FAINTEST..1 for mistakes, relative to the largest mistake.

    The diagonal takes no part: it is larger than any mistake by orders and would hide them all.
    """
    off = np.where(np.eye(len(values), dtype=bool), 0.0, values)
    largest = off.max(initial=0.0)
    if largest <= 0:
        return np.zeros(values.shape)
    # The square root spreads the many small counts, which is where the eye has to choose.
    return np.where(off > 0, FAINTEST + (1 - FAINTEST) * np.sqrt(off / largest), 0.0)


def cell_colors(matrix: npt.NDArray[np.int64], by_share: bool, colors: ThemeColors) -> Colors:
    """Return the fill of every cell, uint8 [K, K, 3]."""
    share = shares(matrix)
    empty, bad, right = rgb(colors.background), rgb(colors.bad), rgb(colors.accent)
    depth = mistake_depth(share if by_share else matrix.astype(float))[..., None]
    fill = empty + depth * (bad - empty)
    diagonal = np.arange(len(matrix))
    recall = (share[diagonal, diagonal] * DIAGONAL_DEPTH)[:, None]
    fill[diagonal, diagonal] = empty + recall * (right - empty)
    return np.rint(fill).astype(np.uint8)


def mistake_ramp(colors: ThemeColors, steps: int) -> Colors:
    """Return the colours from a single mistake to the most frequent one, uint8 [steps, 3]."""
    empty, bad = rgb(colors.background), rgb(colors.bad)
    depth = np.linspace(FAINTEST, 1, steps)[:, None]
    return np.rint(empty + depth * (bad - empty)).astype(np.uint8)


def dark_ink_on(fill: Colors) -> npt.NDArray[np.bool_]:
    """Tell for each fill [..., 3] whether black reads better on it than white.

    The better of both has a contrast of at least 4.58:1 on every colour there is.
    """
    light = luminance(fill)
    return contrast(light, 0.0) >= contrast(light, 1.0)


def contrast(first: npt.ArrayLike, second: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """WCAG 2.1 contrast ratio of two relative luminances, 1..21."""
    a, b = np.asarray(first, float), np.asarray(second, float)
    return (np.maximum(a, b) + 0.05) / (np.minimum(a, b) + 0.05)


def luminance(color: npt.NDArray) -> npt.NDArray[np.float64]:
    """WCAG 2.1 relative luminance of colours [..., 3] in 0..255."""
    share = np.asarray(color, float) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def rgb(color: str) -> npt.NDArray[np.float64]:
    """Return "#RRGGBB" as float64 [3] in 0..255."""
    return np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)], float)
