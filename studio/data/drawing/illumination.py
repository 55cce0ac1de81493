"""The paper behind the strokes of a photograph: how bright each place of it is."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

# Uneven light is looked for in a picture of this side, with a window twice as wide as strokes.
LIGHT_SIDE, STROKE_WINDOW, NEAR_INK = 64, 21, 9


def light_of(grey: NDArray[np.float64]) -> tuple[NDArray[np.float64], bool]:
    """The brightness of the sheet everywhere, float [H, W], and whether ink is lighter than it."""
    sheet = _image(grey)
    sheet.thumbnail((LIGHT_SIDE, LIGHT_SIDE), Image.Resampling.BOX)
    paper, ink_is_light = _paper(np.asarray(sheet, np.float64))
    full = _image(paper).resize((grey.shape[1], grey.shape[0]), Image.Resampling.BICUBIC)
    return np.asarray(full, np.float64), ink_is_light


def spread(values: NDArray[np.float64]) -> float:
    """The standard deviation that most of the values have: soft edges of strokes do not count."""
    return 1.4826 * float(np.median(np.abs(values)))


def above(depth: NDArray[np.float64], least: float) -> NDArray[np.float64]:
    """With 0 for what is less."""
    return np.where(depth < least, 0.0, depth)


def pen_depth(depth: NDArray[np.float64]) -> float:
    """The depth that the pen has where it covers the paper; 0 where there is no ink."""
    deepest = float(depth.max())
    return float(np.percentile(depth[depth > deepest / 2], 90)) if deepest > 0 else 0.0


def _paper(grey: NDArray[np.float64]) -> tuple[NDArray[np.float64], bool]:
    """The sheet without its strokes, and whether these are lighter than it.

    A smooth trend is taken off, then a median, which takes off strokes of either kind and leaves
    the edges of shadows. Where lines cross it fails, so that the second time it sees no ink.
    """
    trend = _trend(grey)
    rest = grey - trend
    away = rest - _median(rest)
    strong = above(np.abs(away), 4 * spread(away))
    ink_is_light = bool((strong * np.sign(away)).sum() > 0)
    inked = (strong > 0.5 * pen_depth(strong)) & ((away > 0) == ink_is_light)
    return trend + _median(_filled(rest, inked)), ink_is_light


def _median(grey: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(_image(grey).filter(ImageFilter.MedianFilter(STROKE_WINDOW)), np.float64)


def _filled(grey: NDArray[np.float64], inked: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Ink and what is near it replaced by the average of the paper around."""
    near = _image(inked.astype(np.float64)).filter(ImageFilter.MaxFilter(NEAR_INK))
    paper = np.asarray(near) == 0
    weight = _coarse(paper.astype(np.float64))
    around = _coarse(np.where(paper, grey, 0.0)) / np.maximum(weight, 1e-6)
    return np.where(paper | (weight < 1e-3), grey, around)


def _coarse(grey: NDArray[np.float64]) -> NDArray[np.float64]:
    """Averages over an eighth of the side, without steps between them."""
    eighth = _image(grey).resize((8, 8), Image.Resampling.BOX)
    full = eighth.resize((grey.shape[1], grey.shape[0]), Image.Resampling.BILINEAR)
    return np.asarray(full, np.float64)


def _trend(grey: NDArray[np.float64]) -> NDArray[np.float64]:
    """A surface of second degree through most of the pixels: how light falls off over a sheet."""
    height, width = grey.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
    near = np.ones(grey.shape, bool)
    surface = grey
    for _ in range(4):
        surface = terms @ np.linalg.lstsq(terms[near], grey[near], rcond=None)[0]
        away = np.abs(grey - surface)
        near = away <= 2 * spread(away) + 1
    return surface


def _image(values: NDArray[np.float64]) -> Image.Image:
    return Image.fromarray(values.astype(np.float32))
