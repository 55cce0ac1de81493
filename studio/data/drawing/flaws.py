"""Recognize input that is hardly a drawing: a dot, a filled area, almost nothing."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, find_objects

from studio.data.drawing import DrawingFlaw
from studio.data.drawing.denoising import label_components, split_blocks

# Diameter of the largest circle inside the strokes, as a fraction of the longer side of their
# bounding box. Of 72,797 handwritten digits (MNIST, UCI digits, hwd-1000) none reaches 0.63: the
# boldest 8 has 0.62, 99.9 % have less than 0.5. A dot has 0.7 to 0.9, a scribbled area 0.66 to
# 0.95, and a stroke of the pen less than 0.63 once it is 1.6 times as long as wide.
MIN_COMPACTNESS = 0.63

# Fractions of the canvas side: a larger dot is an area, a smaller drawing is almost nothing.
MAX_DOT = 0.25
MIN_EXTENT = 0.025

# With more components each is not checked.
MAX_COMPONENTS = 8

# Shapes are scaled to about this many pixels: gaps of a scribble close, and a small dot is as round
# as a large one.
_LABEL_SIDE = 48
_SHAPE_SIDE = 24


def find_flaw(drawing: NDArray[np.uint8]) -> DrawingFlaw | None:
    """Return why a drawing (uint8 [H, W], 255 = stroke) is hardly one, None if it is a drawing.

    Size and position hardly matter. A blank drawing has no flaw.
    """
    if not drawing.any():
        return None
    mask = drawing >= max(1, int(drawing.max()) // 2)
    mask = mask[find_objects(mask, 1)[0]]  # its bounding box
    components = _components(mask)
    if len(components) <= MAX_COMPONENTS and all(
        _compactness(shape) >= MIN_COMPACTNESS for shape in components
    ):
        if max(max(shape.shape) for shape in components) / max(drawing.shape) > MAX_DOT:
            return DrawingFlaw.AREA
        return DrawingFlaw.DOT if len(components) == 1 else DrawingFlaw.DOTS
    return DrawingFlaw.TINY if max(mask.shape) / max(drawing.shape) < MIN_EXTENT else None


def _components(mask: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """Crop each connected component, at full resolution."""
    factor = -(-max(mask.shape) // _LABEL_SIDE)
    small = label_components(split_blocks(mask, factor).max(axis=(1, 3)))
    labels = small.repeat(factor, axis=0).repeat(factor, axis=1)[: mask.shape[0], : mask.shape[1]]
    labels = np.where(mask, labels, 0)
    boxes = find_objects(labels)[: MAX_COMPONENTS + 1]
    return [labels[box] == number for number, box in enumerate(boxes, 1)]


def _compactness(shape: NDArray[np.bool_]) -> float:
    """Diameter of the largest circle inside, as a fraction of the longer side."""
    if max(shape.shape) < _SHAPE_SIDE:
        factor = _SHAPE_SIDE // max(shape.shape)
        scaled = shape.repeat(factor, axis=0).repeat(factor, axis=1)
    else:
        scaled = split_blocks(shape, -(-max(shape.shape) // _SHAPE_SIDE)).mean(axis=(1, 3)) >= 0.5
    radius = distance_transform_edt(np.pad(scaled, 1)).max()
    return float((2 * radius - 1) / max(scaled.shape))
