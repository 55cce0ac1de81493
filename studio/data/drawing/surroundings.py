"""Hide what surrounds a sheet of paper on a photograph: the table that it lies on."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import binary_dilation, distance_transform_edt, median_filter

from studio.data.drawing.denoising import label_components
from studio.data.drawing.illumination import robust_std

Grey = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Surroundings are found in an image of this side; the median removes strokes, not edges.
_SIDE, _MEDIAN_WINDOW = 64, 9

# Paper and surroundings differ by at least so many grey levels, and each is rather even. The darker
# one has at most this fraction of the brightness of the other; most shadows are lighter.
_MIN_DIFFERENCE, _MAX_SPREAD, _MAX_RATIO = 50.0, 0.35, 0.55

# Fractions of the image that surroundings may cover.
_MIN_COVER, _MAX_COVER = 0.02, 0.6

# With more of all strokes in it, and more pixels of them, a dark area is a shadow on the paper.
# Strokes differ from the paper by at least this fraction of its brightness.
_MAX_STROKES, _MAX_STROKE_PIXELS, _MIN_STROKE_CONTRAST = 0.03, 3, 0.15


def hide_surroundings(grey: Grey, threshold: float) -> Grey:
    """Replace what surrounds the paper by the nearest paper; grey levels float [H, W].

    `threshold` separates the dark from the light pixels. What surrounds the paper is another
    brightness along the border of the image, without strokes; the paper is in the center. Other
    images are returned unchanged.
    """
    if min(grey.shape) < _SIDE:
        return grey
    small = _resize(grey, (_SIDE, _SIDE), Image.Resampling.BOX)
    smooth = median_filter(small, _MEDIAN_WINDOW, mode="nearest")
    hidden = _find_surroundings(small, smooth, threshold)
    if not hidden.any():
        return grey
    hidden = binary_dilation(hidden, np.ones((3, 3), bool), iterations=2)
    rows, columns = distance_transform_edt(hidden, return_distances=False, return_indices=True)
    size = (grey.shape[1], grey.shape[0])
    filled = _resize(smooth[rows, columns], size, Image.Resampling.BILINEAR)
    mask = _resize(hidden.astype(np.float64), size, Image.Resampling.NEAREST) > 0.5
    return np.where(mask, filled, grey)


def _find_surroundings(small: Grey, smooth: Grey, threshold: float) -> Mask:
    nothing = np.zeros(small.shape, bool)
    light = smooth > threshold
    middle = slice(_SIDE // 4, -_SIDE // 4)
    is_paper_light = bool(light[middle, middle].mean() > 0.5)
    other = _at_border(light != is_paper_light)
    if not _MIN_COVER <= other.mean() <= _MAX_COVER:
        return nothing
    paper = light == is_paper_light
    levels = float(np.median(smooth[paper])), float(np.median(smooth[other]))
    difference = abs(levels[0] - levels[1])
    spread = max(robust_std(smooth[area] - np.median(smooth[area])) for area in (paper, other))
    if min(levels) > _MAX_RATIO * max(levels):
        return nothing
    if difference < _MIN_DIFFERENCE or spread > _MAX_SPREAD * difference:
        return nothing
    return nothing if _holds_strokes(small, smooth, other) else other


def _at_border(mask: Mask) -> Mask:
    """Return the components of a mask that touch the border of the image."""
    labels = label_components(mask)
    edges = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    return np.isin(labels, edges[edges > 0])


def _holds_strokes(small: Grey, smooth: Grey, area: Mask) -> bool:
    """Whether a good deal of the strokes lie in an area, away from its edge."""
    detail = np.abs(small - smooth) / np.maximum(smooth, 16.0)  # as dark in a shadow as in light
    edge = binary_dilation(area, iterations=3) & binary_dilation(~area, iterations=3)
    strokes = (detail > _MIN_STROKE_CONTRAST) & ~edge
    return bool((strokes & area).sum() > max(_MAX_STROKES * strokes.sum(), _MAX_STROKE_PIXELS))


def _resize(values: Grey, size: tuple[int, int], filter_: Image.Resampling) -> Grey:
    return np.asarray(Image.fromarray(values.astype(np.float32)).resize(size, filter_), np.float64)
