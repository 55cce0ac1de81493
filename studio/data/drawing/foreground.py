"""Separate handwriting from paper: polarity, brightness of the paper everywhere, pen depth."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.data.drawing.denoising import remove_dust
from studio.data.drawing.illumination import (
    estimate_illumination,
    pen_depth,
    robust_std,
    zero_below,
)
from studio.data.drawing.surroundings import hide_surroundings

# Images are reduced to this many pixels on the longer side: no model here sees more.
WORKING_SIDE = 512

# An image whose grey levels differ by less contains only paper.
MIN_CONTRAST = 24

# Paper whose grey levels deviate less is uniform, as from a drawing program.
MAX_UNIFORM_STD = 3.0

# On a photograph, what is fainter than this fraction of the pen is shading.
MIN_PEN_FRACTION = 0.3


def extract_foreground(image: Image.Image) -> NDArray[np.uint8]:
    """Return the handwriting in an image of mode L or RGB: uint8 [H, W], 0 = paper, 255 = pen.

    Dark strokes on light paper and light strokes on dark are both found; uneven illumination, dust
    and the table around the paper are removed, and the contrast is stretched. A large image is
    reduced to 512 pixels on the longer side.
    """
    grey = _to_working_grey(image)
    grey = hide_surroundings(grey, _otsu_threshold(grey))
    depth = _depth_on_uniform_paper(grey)
    if depth is None:
        depth = _depth_under_uneven_illumination(grey)
    return _stretch_contrast(remove_dust(depth))


def _to_working_grey(image: Image.Image) -> NDArray[np.float64]:
    """Grey levels 0..255, float [H, W], at the working size."""
    grey = image.convert("L")
    if max(grey.size) > WORKING_SIDE:
        grey.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.BOX)
    return np.asarray(grey, np.float64)


def _otsu_threshold(grey: NDArray[np.float64]) -> float:
    """The grey level that separates two groups with the largest variance between them (Otsu)."""
    counts = np.bincount(grey.astype(np.intp).ravel(), minlength=256).astype(np.float64)
    dark = np.cumsum(counts)[:-1]
    light = counts.sum() - dark
    dark_sum = np.cumsum(counts * np.arange(256))[:-1]
    light_sum = (counts * np.arange(256)).sum() - dark_sum
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = dark * light * (dark_sum / dark - light_sum / light) ** 2
    variance = np.nan_to_num(variance, nan=0.0)
    best = np.flatnonzero(variance >= variance.max() * (1 - 1e-9))
    return float(best.mean()) + 0.5


def _is_paper_light(grey: NDArray[np.float64], threshold: float) -> bool:
    """Paper is what the border shows; where that is mixed, what covers more of the image."""
    light = grey > threshold
    border = np.concatenate([light[0], light[-1], light[1:-1, 0], light[1:-1, -1]])
    fraction = float(border.mean())
    return fraction > 0.5 if abs(fraction - 0.5) > 0.2 else float(light.mean()) > 0.5


def _depth_on_uniform_paper(grey: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Difference from the grey level of the paper, at least 0; None if the paper is not uniform."""
    threshold = _otsu_threshold(grey)
    if not _is_paper_light(grey, threshold):
        grey, threshold = 255 - grey, 255 - threshold
    paper = grey[grey > threshold]
    if paper.size == 0:
        return np.zeros_like(grey)
    level = float(np.median(paper))
    noise = robust_std(paper - level)
    depth = np.maximum(level - grey, 0.0)
    return zero_below(depth, 3 * noise) if noise <= MAX_UNIFORM_STD else None


def _depth_under_uneven_illumination(grey: NDArray[np.float64]) -> NDArray[np.float64]:
    """Difference from the paper on a photograph, where its brightness varies."""
    paper, is_pen_light = estimate_illumination(grey)
    difference = grey - paper if is_pen_light else paper - grey
    noise = robust_std(difference)
    depth = np.maximum(difference, 0.0)
    if not is_pen_light:
        # A dark pen absorbs a fraction of the light, of which there is less in a shadow.
        depth *= paper.max() / np.maximum(paper, paper.max() / 4)
    depth = zero_below(depth, max(4 * noise, MIN_CONTRAST / 2))
    return zero_below(depth, MIN_PEN_FRACTION * pen_depth(depth))


def _stretch_contrast(depth: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Map the usual depth of the pen to 255."""
    if depth.max() < MIN_CONTRAST:
        return np.zeros(depth.shape, np.uint8)
    fraction = np.minimum(depth / pen_depth(depth), 1.0)
    foreground: NDArray[np.uint8] = np.rint(fraction * 255).astype(np.uint8)
    return foreground
