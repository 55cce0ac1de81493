"""Rotate an image and cut a rectangle out of it."""

import math
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from PIL import Image

Size = tuple[int, int]
Box = tuple[float, float, float, float]

# The largest input of a model, and the pixels that are kept of an image for it.
MAX_INPUT_SIDE_PX, MAX_KEPT_PIXELS = 1024, 16_000_000

_QUARTER_TURNS = {
    90: Image.Transpose.ROTATE_270,  # Pillow turns counterclockwise
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class ImageCrop:
    """A rotation by `degrees` clockwise, then a rectangle.

    `box` is left, top, right and bottom as fractions of the rotated image, whose size is
    `rotated_size`.
    """

    degrees: float = 0.0
    box: Box = (0.0, 0.0, 1.0, 1.0)

    @property
    def is_whole(self) -> bool:
        """Whether the image stays as it is."""
        return self == WHOLE_IMAGE

    @property
    def has_box(self) -> bool:
        """Whether the rectangle is smaller than the rotated image."""
        return self.box != WHOLE_IMAGE.box

    def with_box(self, box: Box) -> Self:
        """Return the same rotation with another rectangle."""
        return replace(self, box=box)

    def turned(self) -> Self:
        """Return the crop of the image turned by 90° clockwise, with the same content."""
        left, top, right, bottom = self.box
        box = (1 - bottom, left, 1 - top, right)
        return replace(self, degrees=(self.degrees + 90) % 360, box=box)


WHOLE_IMAGE = ImageCrop()


def rotated_size(size: Size, degrees: float) -> Size:
    """Return the width and height of an image after a rotation, as Pillow expands it."""
    width, height = size
    quarters, rest = divmod(degrees % 360, 90)
    if rest == 0:
        return (height, width) if quarters % 2 else (width, height)
    cosine, sine = abs(math.cos(math.radians(degrees))), abs(math.sin(math.radians(degrees)))
    return (
        _expanded(width, width * cosine + height * sine),
        _expanded(height, width * sine + height * cosine),
    )


def _expanded(side: int, extent: float) -> int:
    """Return the whole pixels of an `extent` that has the same center as `side`."""
    half = round(extent / 2, 9)  # sines are inexact: 3.0000000001 would be 4 pixels
    return math.ceil(side / 2 + half) - math.floor(side / 2 - half)


def crop_image(image: Image.Image, crop: ImageCrop) -> Image.Image:
    """Return the part of an image of mode L or RGB that a crop describes, at least one pixel.

    Quarter turns keep every pixel; other rotations interpolate bicubically and fill the corners
    with the median color of the border, so that paper continues.
    """
    degrees = crop.degrees % 360
    if crop.has_box and degrees and degrees not in _QUARTER_TURNS:
        return _rotate_box(image, degrees, crop.box)
    rotated = _rotate(image, degrees)
    return rotated.crop(_pixel_box(rotated.size, crop.box)) if crop.has_box else rotated


def _rotate(image: Image.Image, degrees: float) -> Image.Image:
    if degrees == 0:
        return image
    if degrees in _QUARTER_TURNS:
        return image.transpose(_QUARTER_TURNS[int(degrees)])
    return _rotate_box(image, degrees, WHOLE_IMAGE.box)


def _rotate_box(image: Image.Image, degrees: float, box: Box) -> Image.Image:
    """Return a rectangle of a rotated image as `Image.rotate` expands it, without the rest."""
    size = rotated_size(image.size, degrees)
    left, top, right, bottom = _pixel_box(size, box)
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    # From a pixel of the rectangle to the center of the rotated image, and back to the image.
    x, y = left - size[0] / 2, top - size[1] / 2
    matrix = (
        cosine, sine, cosine * x + sine * y + image.width / 2,
        -sine, cosine, cosine * y - sine * x + image.height / 2,
    )  # fmt: skip
    return image.transform(
        (right - left, bottom - top),
        Image.Transform.AFFINE,
        matrix,
        Image.Resampling.BICUBIC,
        fillcolor=border_color(image),
    )


def reduce_for_models(image: Image.Image) -> Image.Image:
    """Average blocks of pixels where there are more of them than a model or a digit needs.

    No side falls below 1,024 pixels, the largest model input, as long as there are at most 16
    million pixels.
    """
    return _reduce(image, image.size)


def reduce_before_tilt(image: Image.Image, crop: ImageCrop) -> Image.Image:
    """Reduce an image by as much as `reduce_for_models` will reduce a tilted crop of it.

    A rotation of 50 million pixels takes seconds. Other crops keep the image as it is.
    """
    if crop.degrees % 90 == 0:
        return image
    left, top, right, bottom = _pixel_box(rotated_size(image.size, crop.degrees), crop.box)
    return _reduce(image, (right - left, bottom - top))


def _reduce(image: Image.Image, kept: Size) -> Image.Image:
    """Reduce an image by the factor for pixels of this width and height."""
    width, height = kept
    factor = max(min(width, height) // MAX_INPUT_SIDE_PX, 1)
    while (width // factor) * (height // factor) > MAX_KEPT_PIXELS:
        factor += 1
    return image.reduce(factor) if factor > 1 else image


def border_color(image: Image.Image) -> int | tuple[int, ...]:
    """Return the median color of the outermost pixels of an image of mode L or RGB."""
    pixels = np.asarray(image)
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    median = np.median(border, axis=0).astype(int)
    return int(median) if median.ndim == 0 else tuple(median.tolist())


def _pixel_box(size: Size, box: Box) -> tuple[int, int, int, int]:
    """Return the rectangle in whole pixels, clipped to the image."""
    left, right = _pixel_range(size[0], box[0], box[2])
    top, bottom = _pixel_range(size[1], box[1], box[3])
    return left, top, right, bottom


def _pixel_range(side: int, low: float, high: float) -> tuple[int, int]:
    first = min(max(round(low * side), 0), side - 1)
    return first, min(max(round(high * side), first + 1), side)
