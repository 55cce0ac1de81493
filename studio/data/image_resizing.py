"""Resize an image of any size to the square that a model takes."""

from typing import TYPE_CHECKING

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
            square = _resize(image, (size, size), _central_square(image))
        case "fit":
            square = _letterbox(image, size)
        case "stretch":
            square = _resize(image, (size, size), (0, 0, *image.size))
    pixels = np.asarray(square)
    planes = pixels[None] if channels == 1 else pixels.transpose(2, 0, 1)
    return np.ascontiguousarray(planes)


def _resize(
    image: Image.Image, size: tuple[int, int], box: tuple[int, int, int, int]
) -> Image.Image:
    return image.resize(size, Image.Resampling.BILINEAR, box, reducing_gap=_REDUCING_GAP)


def _central_square(image: Image.Image) -> tuple[int, int, int, int]:
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return left, top, left + side, top + side


def _letterbox(image: Image.Image, size: int) -> Image.Image:
    """Scale the longer side to `size` and pad the other with black."""
    scale = size / max(image.size)
    width, height = (max(1, round(side * scale)) for side in image.size)
    square = Image.new(image.mode, (size, size))
    scaled = _resize(image, (width, height), (0, 0, *image.size))
    square.paste(scaled, ((size - width) // 2, (size - height) // 2))
    return square
