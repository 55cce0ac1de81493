"""Bringing a picture of any size to the square that a network takes."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.config import Fit
from studio.data.image_files import ImageSource, open_reduced

# Twice the side wanted is left for the antialiased step, so that the quick ones before it, which
# only count blocks, do not show. Pillow's own thumbnails keep the same reserve.
_RESERVE = 2.0


def open_for_resize(source: ImageSource, size: int) -> tuple[Image.Image, tuple[int, int]]:
    """A picture with pixels enough for `resize_to_square` at that size, and its whole size.

    Predictions use it as the import does: the same file gives the same pixels. Raises ImageError.
    """
    return open_reduced(source, round(_RESERVE * size))


def resize_to_square(
    picture: Image.Image, size: int, mode: Fit, channels: int
) -> NDArray[np.uint8]:
    """Bring a picture of mode L or RGB to uint8 [channels, size, size].

    `crop` keeps the middle square, `fit` all of it on black, `stretch` distorts. The filter is
    bilinear over the whole area that a pixel covers, as in torchvision's Resize: LANCZOS would put
    bright rims around dark ink, BOX would enlarge small pictures to blocks.
    """
    colours = "L" if channels == 1 else "RGB"
    picture = picture if picture.mode == colours else picture.convert(colours)
    match mode:
        case "crop":
            square = _resize(picture, (size, size), _middle_square(picture))
        case "fit":
            square = _letterbox(picture, size)
        case "stretch":
            square = _resize(picture, (size, size), (0, 0, *picture.size))
    pixels = np.asarray(square)
    planes = pixels[None] if channels == 1 else pixels.transpose(2, 0, 1)
    return np.ascontiguousarray(planes)


def _resize(
    picture: Image.Image, size: tuple[int, int], box: tuple[int, int, int, int]
) -> Image.Image:
    return picture.resize(size, Image.Resampling.BILINEAR, box, reducing_gap=_RESERVE)


def _middle_square(picture: Image.Image) -> tuple[int, int, int, int]:
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    return left, top, left + side, top + side


def _letterbox(picture: Image.Image, size: int) -> Image.Image:
    """The longer side takes all of `size`, bars of black fill the rest."""
    scale = size / max(picture.size)
    width, height = (max(1, round(side * scale)) for side in picture.size)
    square = Image.new(picture.mode, (size, size))
    scaled = _resize(picture, (width, height), (0, 0, *picture.size))
    square.paste(scaled, ((size - width) // 2, (size - height) // 2))
    return square
