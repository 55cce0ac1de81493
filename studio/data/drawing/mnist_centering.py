"""Scale and center a drawing as the images of MNIST were made.

Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits: "size normalized to
fit in a 20x20 pixel box while preserving their aspect ratio ... grey levels as a result of the
anti-aliasing technique ... centered in a 28x28 image by computing the center of mass of the pixels,
and translating the image so as to position this point at the center".
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import center_of_mass

BOX_SIDE, IMAGE_SIDE = 20, 28


def center_like_mnist(crop: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """Bring strokes, uint8 [h, w] inside their bounding box, to an image uint8 [size, size].

    The box is 20/28 of the image, the center of mass is in its middle.
    """
    scaled = stretch_contrast(scale_to_box(crop, box_side(size)))
    return place(scaled, *centered_offset(scaled, size), size)


def box_side(size: int) -> int:
    """Return the side of the box for the strokes in an image of this side."""
    return max(1, round(size * BOX_SIDE / IMAGE_SIDE))


def place(scaled: NDArray[np.uint8], top: int, left: int, size: int) -> NDArray[np.uint8]:
    """Put a scaled drawing, uint8 [h, w], into an empty image uint8 [size, size]."""
    image = np.zeros((size, size), np.uint8)
    image[top : top + scaled.shape[0], left : left + scaled.shape[1]] = scaled
    return image


def scale_to_box(drawing: NDArray[np.uint8], side: int) -> NDArray[np.float32]:
    """Scale so that the longer side has `side` pixels; float, so that faint strokes stay."""
    height, width = drawing.shape
    scale = side / max(height, width)
    target = max(1, round(width * scale)), max(1, round(height * scale))
    image = Image.fromarray(drawing.astype(np.float32))
    return np.asarray(image.resize(target, Image.Resampling.HAMMING))


def stretch_contrast(grey: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Make the strongest pixel 255: thin strokes become fainter when scaled down."""
    stretched: NDArray[np.uint8] = np.rint(grey * (255 / grey.max())).astype(np.uint8)
    return stretched


def centered_offset(grey: NDArray[np.uint8], size: int) -> tuple[int, int]:
    """Top and left that put the center of mass at pixel size / 2, without cutting strokes off.

    In MNIST itself the mean of both coordinates of the center of mass is in 13.5..14.5.
    """
    height, width = grey.shape
    row, column = center_of_mass(grey)
    top = int(np.clip(np.rint(size / 2 - row), 0, size - height))
    left = int(np.clip(np.rint(size / 2 - column), 0, size - width))
    return top, left
