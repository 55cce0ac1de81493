"""Colors of a confusion matrix: errors in one hue, correct predictions in another."""

from typing import Literal

import numpy as np
import numpy.typing as npt

from studio.ui.widgets.theme_colors import ThemeColors

Colors = npt.NDArray[np.uint8]
# What cells show: counts, or fractions of each true or of each predicted class.
Unit = Literal["count", "true", "predicted"]
MIN_INTENSITY = 0.14  # a single error among thousands must stay visible
DIAGONAL_INTENSITY = 0.42  # correct predictions stay in the background


def cell_values(matrix: npt.NDArray[np.int64], unit: Unit) -> npt.NDArray[np.float64]:
    """Return the values that cells show, float64 [K, K].

    With "true" rows sum to 1, with "predicted" columns; a class without samples has zeros.
    """
    if unit == "count":
        return matrix.astype(np.float64)
    totals = matrix.sum(axis=1 if unit == "true" else 0, keepdims=True)
    rates = np.zeros(matrix.shape)
    np.divide(matrix, totals, out=rates, where=totals > 0)
    return rates


def error_intensity(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return 0 for cells without errors and MIN_INTENSITY..1 relative to the largest error.

    The diagonal is excluded: it is orders of magnitude larger and would hide all errors.
    """
    errors = np.where(np.eye(len(values), dtype=bool), 0.0, values)
    largest = errors.max(initial=0.0)
    if largest <= 0:
        return np.zeros(values.shape)
    # The square root spreads the many small counts, which are hard to tell apart otherwise.
    intensity = MIN_INTENSITY + (1 - MIN_INTENSITY) * np.sqrt(errors / largest)
    return np.where(errors > 0, intensity, 0.0)


def cell_colors(
    matrix: npt.NDArray[np.int64], unit: Unit, colors: ThemeColors, hides_diagonal: bool = False
) -> Colors:
    """Return the fill of every cell, uint8 [K, K, 3]."""
    empty, error, correct = to_rgb(colors.background), to_rgb(colors.bad), to_rgb(colors.accent)
    fill = empty + error_intensity(cell_values(matrix, unit))[..., None] * (error - empty)
    diagonal = np.arange(len(matrix))
    if hides_diagonal:
        fill[diagonal, diagonal] = empty
        return np.rint(fill).astype(np.uint8)
    rates = cell_values(matrix, "true" if unit == "count" else unit)[diagonal, diagonal]
    fill[diagonal, diagonal] = empty + (rates * DIAGONAL_INTENSITY)[:, None] * (correct - empty)
    return np.rint(fill).astype(np.uint8)


def error_color_ramp(colors: ThemeColors, steps: int) -> Colors:
    """Return the colors from a single error to the most frequent one, uint8 [steps, 3]."""
    empty, error = to_rgb(colors.background), to_rgb(colors.bad)
    intensity = np.linspace(MIN_INTENSITY, 1, steps)[:, None]
    return np.rint(empty + intensity * (error - empty)).astype(np.uint8)


def needs_black_text(fill: Colors) -> npt.NDArray[np.bool_]:
    """Return for each fill [..., 3] whether black text has more contrast on it than white.

    The better of the two has a contrast of at least 4.58:1 on every color.
    """
    luminance = relative_luminance(fill)
    return contrast_ratio(luminance, 0.0) >= contrast_ratio(luminance, 1.0)


def contrast_ratio(first: npt.ArrayLike, second: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return the WCAG 2.1 contrast ratio, 1..21, of two relative luminances."""
    a, b = np.asarray(first, float), np.asarray(second, float)
    return (np.maximum(a, b) + 0.05) / (np.minimum(a, b) + 0.05)


def relative_luminance(color: npt.NDArray) -> npt.NDArray[np.float64]:
    """Return the WCAG 2.1 relative luminance, 0..1, of colors [..., 3] in 0..255."""
    srgb = np.asarray(color, float) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def to_rgb(color: str) -> npt.NDArray[np.float64]:
    """Return "#RRGGBB" as float64 [3] in 0..255."""
    return np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)], float)
