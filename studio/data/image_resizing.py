"""Resize an image of any size to the square that a model takes."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.data.image_files import ImageSource, open_reduced

if TYPE_CHECKING:  # settings take longer to import than an image takes to decode
    from studio.config import Fit

# Cheaper reductions, which only average blocks, stop at twice the target size, so that the
# antialiased step hides them. Pillow's thumbnails use the same factor.
_REDUCING_GAP = 2.0


def open_for_resize(
    source: ImageSource, size: int, defer_above: int | None = None
) -> tuple[Image.Image, tuple[int, int]]:
    """Open an image with enough pixels for `resize_to_square`, and return its full size as well.

    Import and prediction both use it: the same file gives the same pixels. `defer_above` is that
    of `open_reduced`. Raises ImageError and DeferredImage.
    """
    return open_reduced(source, round(_REDUCING_GAP * size), defer_above)


def resize_to_square(
    image: Image.Image, size: int, mode: "Fit", channels: int
) -> NDArray[np.uint8]:
    """Resize an image of mode L or RGB to uint8 [channels, size, size].

    `crop` keeps the central square, `fit` pads with black, `stretch` distorts. The filter is
    bilinear with antialiasing, as in torchvision's Resize: LANCZOS adds bright rims around dark
    strokes, BOX enlarges small images to blocks.
    """
    color_mode = "L" if channels == 1 else "RGB"
    image = image if image.mode == color_mode else image.convert(color_mode)
    match mode:
        case "crop":
            square = _resize(image, (size, size), _central_square(image.size))
        case "fit":
            square = _letterbox(image, size)
        case "stretch":
            square = _resize(image, (size, size), (0, 0, *image.size))
    pixels = np.asarray(square)
    planes = pixels[None] if channels == 1 else pixels.transpose(2, 0, 1)
    return np.ascontiguousarray(planes)


def input_region(
    image_size: tuple[int, int], size: int, mode: "Fit"
) -> tuple[float, float, float, float]:
    """Return what of an image a model input shows: left, top, right, bottom in its pixels.

    `image_size` is the width and height of the image, `size` the side of the model input that
    `resize_to_square` makes of it. With `fit` the region is a square around the image, which
    holds the black padding too.
    """
    width, height = image_size
    match mode:
        case "crop":
            return _central_square(image_size)
        case "fit":
            placed = _letterbox_place(image_size, size)
            left, right = _extend(placed.left, placed.width, width, size)
            top, bottom = _extend(placed.top, placed.height, height, size)
            return left, top, right, bottom
        case "stretch":
            return 0.0, 0.0, float(width), float(height)


def _extend(offset: int, scaled: int, length: int, size: int) -> tuple[float, float]:
    """Return where 0 and `size` of a model input lie in an image scaled to `scaled` pixels."""
    per_pixel = length / scaled
    return -offset * per_pixel, (size - offset) * per_pixel


def _resize(
    image: Image.Image, size: tuple[int, int], box: tuple[int, int, int, int]
) -> Image.Image:
    return image.resize(size, Image.Resampling.BILINEAR, box, reducing_gap=_REDUCING_GAP)


def _central_square(image_size: tuple[int, int]) -> tuple[int, int, int, int]:
    side = min(image_size)
    left, top = (image_size[0] - side) // 2, (image_size[1] - side) // 2
    return left, top, left + side, top + side


class _Place(NamedTuple):
    """Where a scaled image lies in a square, in pixels."""

    left: int
    top: int
    width: int
    height: int


def _letterbox_place(image_size: tuple[int, int], size: int) -> _Place:
    scale = size / max(image_size)
    width, height = (max(1, round(side * scale)) for side in image_size)
    return _Place((size - width) // 2, (size - height) // 2, width, height)


def _letterbox(image: Image.Image, size: int) -> Image.Image:
    """Scale the longer side to `size` and pad the other with black."""
    place = _letterbox_place(image.size, size)
    square = Image.new(image.mode, (size, size))
    scaled = _resize(image, (place.width, place.height), (0, 0, *image.size))
    square.paste(scaled, (place.left, place.top))
    return square
