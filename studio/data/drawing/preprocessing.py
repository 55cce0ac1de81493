"""Convert a drawing to the image that the training data of a model would contain of it."""

from typing import get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import find_objects

from studio.data.drawing import DrawingStyle
from studio.data.drawing.mnist_centering import center_like_mnist, place, scale_to_box
from studio.data.drawing.nist_normalization import block_counts

STYLES: tuple[DrawingStyle, ...] = get_args(DrawingStyle)

# Fainter pixels, an eighth of the full stroke, neither make a drawing nor extend its bounding box.
MIN_STROKE = 32


def prepare_drawing(
    drawing: NDArray[np.uint8], style: DrawingStyle, size: int
) -> NDArray[np.uint8] | None:
    """Convert a drawing (uint8 [H, W], 255 = stroke, 0 = paper) to uint8 [size, size].

    The styles: `mnist` centers as MNIST does, `digits` counts blocks as the UCI digits do,
    `picture` keeps the drawing in its place. Returns None for a blank drawing. Raises ValueError
    for an unknown style, another array or a size below 1.
    """
    if drawing.ndim != 2 or drawing.dtype != np.uint8:
        raise ValueError(f"drawing must be uint8 [H, W], not {drawing.dtype} {list(drawing.shape)}")
    if size < 1:
        raise ValueError(f"size must be at least 1, not {size}")
    if not (drawing >= MIN_STROKE).any():
        return None
    match style:
        case "mnist":
            return center_like_mnist(_crop(drawing), size)
        case "digits":
            return _count_blocks(_crop(drawing), size)
        case "picture":
            return letterbox(drawing, size)
        case _:
            raise ValueError(f"unknown drawing style {style!r}, known: {', '.join(STYLES)}")


def _crop(drawing: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Crop to the bounding box of the strokes."""
    return drawing[stroke_box(drawing)]


def stroke_box(drawing: NDArray[np.uint8]) -> tuple[slice, slice]:
    """Return rows and columns of the bounding box of the strokes. The drawing must have some."""
    box: tuple[slice, slice] = find_objects(drawing >= MIN_STROKE, 1)[0]
    return box


def _count_blocks(crop: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    return grey_of_counts(block_counts(crop), size)


def grey_of_counts(counts: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """Block counts of 0..16 as 0..255, resized only when the size is not 8."""
    grey: NDArray[np.uint8] = np.rint(counts * (255 / 16)).astype(np.uint8)
    if size == grey.shape[0]:
        return grey
    return np.asarray(Image.fromarray(grey).resize((size, size), Image.Resampling.BILINEAR))


def letterbox(drawing: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """The whole drawing, padded with paper when it is not square."""
    scaled = np.rint(scale_to_box(drawing, size)).astype(np.uint8)
    return place(scaled, (size - scaled.shape[0]) // 2, (size - scaled.shape[1]) // 2, size)
