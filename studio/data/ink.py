"""Find the ink in a picture: which side is paper, how bright it is everywhere, how dark the pen."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

# Pictures are reduced to this many pixels on their longer side: no network here sees more.
WORKING_SIDE = 512

# A picture whose greys differ by less than this holds paper only.
LEAST_CONTRAST = 24

# Paper whose greys spread less than this (standard deviation) is one even sheet, as from a program.
EVEN_PAPER = 3.0


def ink_of(picture: Image.Image) -> NDArray[np.uint8]:
    """The ink of a picture of mode L or RGB: uint8 [H, W], 0 = paper, 255 = full ink.

    Dark ink on light paper and light ink on dark are told apart, uneven light is taken off and the
    contrast is stretched. Large pictures come back reduced to 512 pixels on the longer side.
    """
    grey = _grey(picture)
    threshold = _otsu(grey)
    if not _paper_is_light(grey, threshold):
        grey, threshold = 255 - grey, 255 - threshold
    return _stretch(_depth(grey, threshold))


def _grey(picture: Image.Image) -> NDArray[np.float64]:
    """Grey values 0..255, float [H, W], at the working size."""
    grey = picture.convert("L")
    if max(grey.size) > WORKING_SIDE:
        grey.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.BOX)
    return np.asarray(grey, np.float64)


def _otsu(grey: NDArray[np.float64]) -> float:
    """The grey between the two groups of greys that differ most (N. Otsu, 1979)."""
    counts = np.bincount(grey.astype(np.intp).ravel(), minlength=256).astype(np.float64)
    below = np.cumsum(counts)[:-1]
    above = counts.sum() - below
    sum_below = np.cumsum(counts * np.arange(256))[:-1]
    sum_above = (counts * np.arange(256)).sum() - sum_below
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = below * above * (sum_below / below - sum_above / above) ** 2
    spread = np.nan_to_num(spread, nan=0.0)
    best = np.flatnonzero(spread >= spread.max() * (1 - 1e-9))
    return float(best.mean()) + 0.5


def _paper_is_light(grey: NDArray[np.float64], threshold: float) -> bool:
    """Paper is what the picture's edge shows; where that is mixed, what there is more of."""
    light = grey > threshold
    edge = np.concatenate([light[0], light[-1], light[1:-1, 0], light[1:-1, -1]])
    share = float(edge.mean())
    return share > 0.5 if abs(share - 0.5) > 0.2 else float(light.mean()) > 0.5


def _depth(grey: NDArray[np.float64], threshold: float) -> NDArray[np.float64]:
    """How much darker than its paper each pixel is, at least 0; noise of the paper counts as 0."""
    sheet = grey > threshold
    if not sheet.any():
        return np.zeros_like(grey)
    paper: NDArray[np.float64] | float = float(np.median(grey[sheet]))
    noise = _spread(grey[sheet] - paper)
    if noise > EVEN_PAPER:
        paper, noise = _uneven_paper(grey, sheet)
    depth = np.maximum(paper - grey, 0.0)
    depth[depth < 3 * noise] = 0.0
    return depth


def _uneven_paper(
    grey: NDArray[np.float64], sheet: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], float]:
    """Fit a second-degree surface to the sheet's light, each time without what then is ink."""
    height, width = grey.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
    paper, noise = grey, 0.0
    for _ in range(4):
        solution = np.linalg.lstsq(terms[sheet], grey[sheet], rcond=None)[0]
        paper = terms @ solution
        noise = _spread((grey - paper)[sheet])
        sheet = paper - grey < max(2 * noise, EVEN_PAPER)
    return paper, noise


def _spread(values: NDArray[np.float64]) -> float:
    """The standard deviation that most of the values have: soft edges of strokes do not count."""
    return 1.4826 * float(np.median(np.abs(values)))


def _stretch(depth: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Make the pen's usual depth full ink."""
    deepest = float(depth.max())
    if deepest < LEAST_CONTRAST:
        return np.zeros(depth.shape, np.uint8)
    pen = float(np.percentile(depth[depth > deepest / 2], 90))
    ink: NDArray[np.uint8] = np.rint(np.minimum(depth / pen, 1.0) * 255).astype(np.uint8)
    return ink
