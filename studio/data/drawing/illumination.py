"""Estimate the brightness of the paper everywhere on a photograph of handwriting."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

# Illumination is estimated on an image of this side. The median window is twice as wide as strokes.
SIDE, MEDIAN_WINDOW, STROKE_MARGIN = 64, 21, 9


def estimate_illumination(grey: NDArray[np.float64]) -> tuple[NDArray[np.float64], bool]:
    """Return the brightness of the paper, float [H, W], and whether strokes are lighter than it."""
    small = _to_image(grey)
    small.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    paper, is_pen_light = _estimate_paper(np.asarray(small, np.float64))
    full = _to_image(paper).resize((grey.shape[1], grey.shape[0]), Image.Resampling.BICUBIC)
    return np.asarray(full, np.float64), is_pen_light


def robust_std(values: NDArray[np.float64]) -> float:
    """Standard deviation from the median absolute value, which the edges of strokes hardly move."""
    return 1.4826 * float(np.median(np.abs(values)))


def zero_below(depth: NDArray[np.float64], threshold: float) -> NDArray[np.float64]:
    """Replace values below the threshold by 0."""
    return np.where(depth < threshold, 0.0, depth)


def pen_depth(depth: NDArray[np.float64]) -> float:
    """Return the usual depth where the pen covers the paper; 0 without strokes."""
    deepest = float(depth.max())
    return float(np.percentile(depth[depth > deepest / 2], 90)) if deepest > 0 else 0.0


def _estimate_paper(grey: NDArray[np.float64]) -> tuple[NDArray[np.float64], bool]:
    """The paper without its strokes, and whether these are lighter than it.

    A smooth trend is subtracted; then a median removes strokes of either polarity and keeps the
    edges of shadows. It fails where lines cross, so that it is repeated without the strokes.
    """
    trend = _quadratic_trend(grey)
    residual = grey - trend
    deviation = residual - _median(residual)
    strong = zero_below(np.abs(deviation), 4 * robust_std(deviation))
    is_pen_light = bool((strong * np.sign(deviation)).sum() > 0)
    strokes = (strong > 0.5 * pen_depth(strong)) & ((deviation > 0) == is_pen_light)
    return trend + _median(_inpaint(residual, strokes)), is_pen_light


def _median(grey: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(_to_image(grey).filter(ImageFilter.MedianFilter(MEDIAN_WINDOW)), np.float64)


def _inpaint(grey: NDArray[np.float64], strokes: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Replace strokes and their surroundings by the average of the paper around them."""
    near = _to_image(strokes.astype(np.float64)).filter(ImageFilter.MaxFilter(STROKE_MARGIN))
    is_paper = np.asarray(near) == 0
    weight = _smooth(is_paper.astype(np.float64))
    average = _smooth(np.where(is_paper, grey, 0.0)) / np.maximum(weight, 1e-6)
    return np.where(is_paper | (weight < 1e-3), grey, average)


def _smooth(grey: NDArray[np.float64]) -> NDArray[np.float64]:
    """Averages over an eighth of the side, interpolated between them."""
    eighth = _to_image(grey).resize((8, 8), Image.Resampling.BOX)
    full = eighth.resize((grey.shape[1], grey.shape[0]), Image.Resampling.BILINEAR)
    return np.asarray(full, np.float64)


def _quadratic_trend(grey: NDArray[np.float64]) -> NDArray[np.float64]:
    """A surface of degree 2 through most of the pixels: how light falls off across the paper."""
    height, width = grey.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
    inliers = np.ones(grey.shape, bool)
    surface = grey
    for _ in range(4):
        surface = terms @ np.linalg.lstsq(terms[inliers], grey[inliers], rcond=None)[0]
        distance = np.abs(grey - surface)
        inliers = distance <= 2 * robust_std(distance) + 1
    return surface


def _to_image(values: NDArray[np.float64]) -> Image.Image:
    return Image.fromarray(values.astype(np.float32))
