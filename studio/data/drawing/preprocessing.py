"""Turn a drawing into the picture that a network's own training data would hold of it."""

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.data.drawing.nist_normalization import block_counts

DrawingStyle = Literal["mnist", "digits", "picture"]
STYLES: tuple[DrawingStyle, ...] = get_args(DrawingStyle)

# Marks fainter than this, an eighth of full ink, neither make a drawing nor widen its box.
FAINT = 32

# MNIST: digits fit a box of 20 pixels inside pictures of 28 pixels.
MNIST_BOX, MNIST_SIDE = 20, 28


def prepare_drawing(
    ink: NDArray[np.uint8], style: DrawingStyle, size: int
) -> NDArray[np.uint8] | None:
    """Bring ink (uint8 [H, W], 255 = ink, 0 = paper) to uint8 [size, size] in the given style.

    Styles: `mnist` as LeCun, Cortes and Burges describe their set, `digits` as the UCI digits were
    counted, `picture` as the drawing lies. Returns None where there is no ink.
    Raises ValueError for an unknown style, an array of another kind or a size below 1.
    """
    if ink.ndim != 2 or ink.dtype != np.uint8:
        raise ValueError(f"ink must be uint8 [H, W], not {ink.dtype} {list(ink.shape)}")
    if size < 1:
        raise ValueError(f"size must be at least 1, not {size}")
    if not (ink >= FAINT).any():
        return None
    match style:
        case "mnist":
            return _as_mnist(_crop(ink), size)
        case "digits":
            return _as_digits(_crop(ink), size)
        case "picture":
            return _as_picture(ink, size)
        case _:
            raise ValueError(f"unknown drawing style {style!r}, known: {', '.join(STYLES)}")


def _crop(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The ink inside its bounding box."""
    marks = ink >= FAINT
    rows, columns = np.flatnonzero(marks.any(axis=1)), np.flatnonzero(marks.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _as_mnist(crop: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """Box of 20 in 28 with the aspect kept, grey from resampling, centre of mass in the middle.

    Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits: "size normalized
    to fit in a 20x20 pixel box while preserving their aspect ratio ... grey levels as a result of
    the anti-aliasing technique ... centered in a 28x28 image by computing the center of mass of the
    pixels, and translating the image so as to position this point at the center".
    """
    box = max(1, round(size * MNIST_BOX / MNIST_SIDE))
    scaled = _stretch(_fit_box(crop, box))
    picture = np.zeros((size, size), np.uint8)
    top, left = _centred(scaled, size)
    picture[top : top + scaled.shape[0], left : left + scaled.shape[1]] = scaled
    return picture


def _fit_box(ink: NDArray[np.uint8], box: int) -> NDArray[np.float32]:
    """Scale so that the longer side has `box` pixels; float, lest faint ink round to nothing."""
    height, width = ink.shape
    scale = box / max(height, width)
    target = max(1, round(width * scale)), max(1, round(height * scale))
    sheet = Image.fromarray(ink.astype(np.float32))
    return np.asarray(sheet.resize(target, Image.Resampling.HAMMING))


def _stretch(grey: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Make the darkest pixel full ink: thin strokes lose their depth when they are scaled down."""
    stretched: NDArray[np.uint8] = np.rint(grey * (255 / grey.max())).astype(np.uint8)
    return stretched


def _centred(grey: NDArray[np.uint8], size: int) -> tuple[int, int]:
    """Top and left that put the centre of mass at pixel size / 2, as far as no ink is cut off.

    The real MNIST shows which pixel the centre is: means of both coordinates lie in 13.5..14.5.
    """
    mass = grey.sum(dtype=np.float64)
    height, width = grey.shape
    row = (grey.sum(axis=1, dtype=np.float64) @ np.arange(height)) / mass
    column = (grey.sum(axis=0, dtype=np.float64) @ np.arange(width)) / mass
    top = int(np.clip(np.rint(size / 2 - row), 0, size - height))
    left = int(np.clip(np.rint(size / 2 - column), 0, size - width))
    return top, left


def _as_digits(crop: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """Block counts of 0..16 as 0..255, enlarged or reduced only when the size is not 8."""
    counts = block_counts(crop)
    grey: NDArray[np.uint8] = np.rint(counts * (255 / 16)).astype(np.uint8)
    if size == grey.shape[0]:
        return grey
    return np.asarray(Image.fromarray(grey).resize((size, size), Image.Resampling.BILINEAR))


def _as_picture(ink: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """The whole sheet, letterboxed on paper when it is not square."""
    scaled = np.rint(_fit_box(ink, size)).astype(np.uint8)
    top, left = (size - scaled.shape[0]) // 2, (size - scaled.shape[1]) // 2
    picture = np.zeros((size, size), np.uint8)
    picture[top : top + scaled.shape[0], left : left + scaled.shape[1]] = scaled
    return picture
