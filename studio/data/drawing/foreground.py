"""Find the ink in a picture: which side is paper, how bright it is everywhere, how dark the pen."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.data.drawing.denoising import without_specks
from studio.data.drawing.illumination import above, light_of, pen_depth, spread

# Pictures are reduced to this many pixels on their longer side: no network here sees more.
WORKING_SIDE = 512

# A picture whose greys differ by less than this holds paper only.
LEAST_CONTRAST = 24

# Paper whose greys spread less than this (standard deviation) is one even sheet, as from a program.
EVEN_PAPER = 3.0

# On a photograph, what is this much fainter than the pen is shade, not ink.
SHADE = 0.3


def extract_foreground(picture: Image.Image) -> NDArray[np.uint8]:
    """The ink of a picture of mode L or RGB: uint8 [H, W], 0 = paper, 255 = full ink.

    Dark ink on light paper and light ink on dark are told apart, uneven light and dust are taken
    off and the contrast is stretched. Large pictures come back reduced to 512 pixels on the longer
    side.
    """
    grey = _grey(picture)
    depth = _depth_on_even_paper(grey)
    if depth is None:
        depth = _depth_under_uneven_light(grey)
    return _stretch(without_specks(depth))


def _grey(picture: Image.Image) -> NDArray[np.float64]:
    """Grey values 0..255, float [H, W], at the working size."""
    grey = picture.convert("L")
    if max(grey.size) > WORKING_SIDE:
        grey.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.BOX)
    return np.asarray(grey, np.float64)


def _otsu(grey: NDArray[np.float64]) -> float:
    """The grey between the two groups of greys that differ most (N. Otsu, 1979)."""
    counts = np.bincount(grey.astype(np.intp).ravel(), minlength=256).astype(np.float64)
    dark = np.cumsum(counts)[:-1]
    light = counts.sum() - dark
    dark_sum = np.cumsum(counts * np.arange(256))[:-1]
    light_sum = (counts * np.arange(256)).sum() - dark_sum
    with np.errstate(divide="ignore", invalid="ignore"):
        between = dark * light * (dark_sum / dark - light_sum / light) ** 2
    between = np.nan_to_num(between, nan=0.0)
    best = np.flatnonzero(between >= between.max() * (1 - 1e-9))
    return float(best.mean()) + 0.5


def _paper_is_light(grey: NDArray[np.float64], threshold: float) -> bool:
    """Paper is what the picture's edge shows; where that is mixed, what there is more of."""
    light = grey > threshold
    edge = np.concatenate([light[0], light[-1], light[1:-1, 0], light[1:-1, -1]])
    share = float(edge.mean())
    return share > 0.5 if abs(share - 0.5) > 0.2 else float(light.mean()) > 0.5


def _depth_on_even_paper(grey: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """How far each pixel is from the one grey of the paper, at least 0; None if there is no one."""
    threshold = _otsu(grey)
    if not _paper_is_light(grey, threshold):
        grey, threshold = 255 - grey, 255 - threshold
    sheet = grey[grey > threshold]
    if sheet.size == 0:
        return np.zeros_like(grey)
    level = float(np.median(sheet))
    noise = spread(sheet - level)
    return above(np.maximum(level - grey, 0.0), 3 * noise) if noise <= EVEN_PAPER else None


def _depth_under_uneven_light(grey: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same for a photograph, where each place has its own light."""
    light, ink_is_light = light_of(grey)
    difference = grey - light if ink_is_light else light - grey
    noise = spread(difference)
    depth = np.maximum(difference, 0.0)
    if not ink_is_light:
        # Ink takes a share of the light, and in the shadow there is less to take.
        depth *= light.max() / np.maximum(light, light.max() / 4)
    depth = above(depth, max(4 * noise, LEAST_CONTRAST / 2))
    return above(depth, SHADE * pen_depth(depth))


def _stretch(depth: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Make the pen's usual depth full ink."""
    if depth.max() < LEAST_CONTRAST:
        return np.zeros(depth.shape, np.uint8)
    share = np.minimum(depth / pen_depth(depth), 1.0)
    ink: NDArray[np.uint8] = np.rint(share * 255).astype(np.uint8)
    return ink
