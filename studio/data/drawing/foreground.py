"""Separate handwriting from paper: polarity, brightness of the paper everywhere, pen depth."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import distance_transform_edt

from studio.data.drawing.denoising import remove_dust
from studio.data.drawing.illumination import (
    estimate_illumination,
    pen_depth,
    robust_std,
    zero_below,
)
from studio.data.drawing.input_step import DUST, ILLUMINATION, SURROUNDINGS, THRESHOLD
from studio.data.drawing.surroundings import hide_surroundings

Gray = NDArray[np.float64]

# Images are reduced to this many pixels on the longer side: no model here sees more.
WORKING_SIDE = 512

# An image whose gray levels differ by less contains only paper.
MIN_CONTRAST = 24

# Paper whose gray levels deviate less is uniform, as from a drawing program.
MAX_UNIFORM_STD = 3.0

# A shadow on uniform paper is found in an image of this side. It covers at least these fractions of
# the border, and of the side with the radius of a circle in it; strokes are thinner.
SHADOW_SIDE, MIN_SHADOW_BORDER, MIN_SHADOW_RADIUS = 64, 0.15, 0.17

# On a photograph, what is fainter than this fraction of the pen is shading, and on ruled or squared
# paper what is fainter than the second one is printed.
MIN_PEN_FRACTION, MIN_PEN_FRACTION_ON_LINES = 0.3, 0.5

# So many pixels are between the two, for each above both, where there are no printed lines: the
# soft edges of strokes. On synthetic photographs it was at most 0.57, with such lines at least 1.1.
MAX_SOFT_EDGES = 0.8


@dataclass(frozen=True, eq=False)
class ForegroundStages:
    """What `extract_foreground` computes one after the other, float [H, W] unless it says else.

    `gray`: gray levels 0..255. `paper_only`: the table around the paper is hidden. `light_pen`: the
    same, inverted unless `is_pen_light`, so that strokes are lighter than paper. `paper`: how light
    the paper is everywhere in it; a single level if `is_uniform`. `depth`: by how much the strokes
    differ from it, at least 0. `strokes`: without what is fainter than `threshold`. `clean`:
    without dust. `foreground` uint8: 0 = paper, 255 = pen.
    """

    gray: Gray
    paper_only: Gray
    light_pen: Gray
    paper: Gray
    is_pen_light: bool
    is_uniform: bool
    depth: Gray
    threshold: float
    strokes: Gray
    clean: Gray
    foreground: NDArray[np.uint8]


def extract_foreground(image: Image.Image) -> NDArray[np.uint8]:
    """Return the handwriting in an image of mode L or RGB: uint8 [H, W], 0 = paper, 255 = pen.

    Dark strokes on light paper and light strokes on dark are both found; uneven illumination, dust
    and the table around the paper are removed, and the contrast is stretched. A large image is
    reduced to 512 pixels on the longer side.
    """
    return compute_stages(to_working_gray(image)).foreground


def to_working_gray(image: Image.Image) -> NDArray[np.uint8]:
    """Return the gray levels of an image, uint8 [H, W], at the size at which strokes are found."""
    gray = image.convert("L")
    if max(gray.size) > WORKING_SIDE:
        gray.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.BOX)
    return np.asarray(gray)


def compute_stages(
    working_gray: NDArray[np.uint8], without: Collection[str] = ()
) -> ForegroundStages:
    """Compute the handwriting in the gray levels of `to_working_gray`, `without` some steps.

    Without `surroundings` a table around the paper stays, without `illumination` the paper has one
    level everywhere, without `threshold` noise stays, without `dust` specks do.
    """
    gray = working_gray.astype(np.float64)
    paper_only = gray
    if SURROUNDINGS not in without:
        paper_only = hide_surroundings(gray, _otsu_threshold(gray))
    flat = _flatten_uniform(paper_only)
    is_uniform = flat.noise <= MAX_UNIFORM_STD and not _is_shadow(flat.depth)
    if not is_uniform and ILLUMINATION not in without:
        flat = _flatten_uneven(paper_only)
    strokes = flat.depth if THRESHOLD in without else zero_below(flat.depth, flat.threshold)
    clean = strokes if DUST in without else remove_dust(strokes)
    return ForegroundStages(
        gray, paper_only, flat.light_pen, flat.paper, flat.is_pen_light, flat.is_uniform,
        flat.depth, flat.threshold, strokes, clean, _stretch_contrast(clean),
    )  # fmt: skip


def _otsu_threshold(gray: Gray) -> float:
    """The gray level that separates two groups with the largest variance between them (Otsu)."""
    counts = np.bincount(gray.astype(np.intp).ravel(), minlength=256).astype(np.float64)
    dark = np.cumsum(counts)[:-1]
    light = counts.sum() - dark
    dark_sum = np.cumsum(counts * np.arange(256))[:-1]
    light_sum = (counts * np.arange(256)).sum() - dark_sum
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = dark * light * (dark_sum / dark - light_sum / light) ** 2
    variance = np.nan_to_num(variance, nan=0.0)
    best = np.flatnonzero(variance >= variance.max() * (1 - 1e-9))
    return float(best.mean()) + 0.5


def _is_paper_light(gray: Gray, threshold: float) -> bool:
    """Paper is what the border shows; where that is mixed, what covers more of the image."""
    light = gray > threshold
    border = np.concatenate([light[0], light[-1], light[1:-1, 0], light[1:-1, -1]])
    fraction = float(border.mean())
    return fraction > 0.5 if abs(fraction - 0.5) > 0.2 else float(light.mean()) > 0.5


class _Flattened(NamedTuple):
    """The strokes and the paper; see `ForegroundStages`. `noise` is the deviation of the paper."""

    light_pen: Gray
    paper: Gray
    is_pen_light: bool
    is_uniform: bool
    depth: Gray
    noise: float
    threshold: float


def _flatten_uniform(gray: Gray) -> _Flattened:
    """Subtract the usual level of the paper."""
    threshold = _otsu_threshold(gray)
    is_pen_light = not _is_paper_light(gray, threshold)
    light_pen = gray if is_pen_light else 255 - gray
    paper = light_pen[light_pen < (threshold if is_pen_light else 255 - threshold)]
    level = float(np.median(paper)) if paper.size else 255.0
    noise = robust_std(paper - level) if paper.size else 0.0
    depth = np.maximum(light_pen - level, 0.0)
    everywhere = np.full_like(gray, level)
    return _Flattened(light_pen, everywhere, is_pen_light, True, depth, noise, 3 * noise)


def _is_shadow(depth: Gray) -> bool:
    """Whether what differs from uniform paper is an area at the border, as one in the shade."""
    if min(depth.shape) < SHADOW_SIDE:
        return False
    deep = Image.fromarray((depth > depth.max() / 4).astype(np.float32))
    small = np.asarray(deep.resize((SHADOW_SIDE, SHADOW_SIDE), Image.Resampling.BOX)) > 0.5
    border = np.concatenate([small[0], small[-1], small[1:-1, 0], small[1:-1, -1]])
    if border.mean() < MIN_SHADOW_BORDER:
        return False
    return bool(distance_transform_edt(small).max() > MIN_SHADOW_RADIUS * SHADOW_SIDE)


def _flatten_uneven(gray: Gray) -> _Flattened:
    """Subtract the paper of a photograph, whose brightness varies."""
    brightness, is_pen_light = estimate_illumination(gray)
    light_pen, paper = (gray, brightness) if is_pen_light else (255 - gray, 255 - brightness)
    difference = light_pen - paper
    noise = robust_std(difference)
    depth = np.maximum(difference, 0.0)
    if not is_pen_light:
        # A dark pen absorbs a fraction of the light, of which there is less in a shadow.
        depth *= brightness.max() / np.maximum(brightness, brightness.max() / 4)
    threshold = max(4 * noise, MIN_CONTRAST / 2)
    threshold = max(threshold, _faintest_stroke(zero_below(depth, threshold)))
    return _Flattened(light_pen, paper, is_pen_light, False, depth, noise, threshold)


def _faintest_stroke(depth: Gray) -> float:
    """The depth below which there is shading, or the lines of ruled and squared paper."""
    pen = pen_depth(depth)
    visible = np.count_nonzero(depth > MIN_PEN_FRACTION * pen)
    strong = np.count_nonzero(depth > MIN_PEN_FRACTION_ON_LINES * pen)
    has_lines = visible - strong > MAX_SOFT_EDGES * strong
    return pen * (MIN_PEN_FRACTION_ON_LINES if has_lines else MIN_PEN_FRACTION)


def _stretch_contrast(depth: Gray) -> NDArray[np.uint8]:
    """Map the usual depth of the pen to 255."""
    if depth.max() < MIN_CONTRAST:
        return np.zeros(depth.shape, np.uint8)
    fraction = np.minimum(depth / pen_depth(depth), 1.0)
    foreground: NDArray[np.uint8] = np.rint(fraction * 255).astype(np.uint8)
    return foreground
