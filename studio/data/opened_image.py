"""An image that the user opened, pasted or dropped, kept in memory for prediction by any model."""

from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.callbacks import ShouldStop, never_stop
from studio.data.image_crop import WHOLE_IMAGE, ImageCrop, crop_image
from studio.data.image_files import ImageSource, open_image, read_file
from studio.data.isolated_images import (
    NamedBytes,
    decode_photo_and_drawing,
    extract_drawing,
    to_photo,
)

if TYPE_CHECKING:  # it takes scipy, and the window opens without
    from studio.data.drawing.digit_groups import FoundDigit

# The largest input of a model. Pasted pixels are reduced, but no side below this.
_MAX_INPUT_SIDE_PX = 1024


@dataclass(frozen=True, eq=False)
class OpenedImage:
    """One image in the forms that display and models need.

    `photo` uint8 [H, W, 3] is for display, no side above MAX_DISPLAY_SIDE_PX; `drawing` uint8
    [h, w] is the chosen digit as handwriting, 255 = pen, all 0 where there is none. `digits` are
    all digits found in the photo, of which number `chosen` is the drawing.

    With a `crop`, photo and digits are those of the crop, and `uncropped` is the whole image.
    """

    photo: NDArray[np.uint8]
    drawing: NDArray[np.uint8]
    _content: bytes | Image.Image
    digits: "tuple[FoundDigit, ...]" = ()
    chosen: int = 0
    crop: ImageCrop = WHOLE_IMAGE
    _whole: "OpenedImage | None" = field(default=None)

    @property
    def source(self) -> ImageSource:
        """The image for `Predictor`, as it was when opened; a crop of it is cut out of the photo.

        Pixels that were not a file are reduced to what the largest model input needs.
        """
        return BytesIO(self._content) if isinstance(self._content, bytes) else self._content

    @property
    def uncropped(self) -> "OpenedImage":
        """The whole image."""
        return self if self._whole is None else self._whole

    def cropped(self, crop: ImageCrop, finds_digits: bool = True) -> "OpenedImage":
        """Return a crop of the whole image, of the pixels of its photo.

        Without `finds_digits`, which takes most of the time, its drawing is blank.
        """
        whole = self.uncropped
        if crop.is_whole:
            return whole
        image = crop_image(Image.fromarray(whole.photo), crop)
        foreground = extract_drawing(image) if finds_digits else np.zeros((1, 1), np.uint8)
        return _make_image(np.asarray(image), foreground, image, crop, whole)

    def with_digit(self, chosen: int) -> "OpenedImage":
        """Return the image with another of its digits as the drawing."""
        return OpenedImage(
            self.photo,
            self.digits[chosen].drawing,
            self._content,
            self.digits,
            chosen,
            self.crop,
            self._whole,
        )


def load_opened_image(
    origin: Path | bytes | Image.Image, should_stop: ShouldStop = never_stop
) -> OpenedImage:
    """Open an image file, the bytes of one, or decoded pixels from a clipboard.

    Files are decoded in a child process with limits. Raises ImageError, and Stopped.
    """
    if isinstance(origin, Image.Image):
        image = open_image(origin)
        return _make_image(to_photo(image), extract_drawing(image), _reduce(image))
    content = read_file(origin) if isinstance(origin, Path) else origin
    named = NamedBytes(content, str(origin) if isinstance(origin, Path) else "")
    photo, foreground = decode_photo_and_drawing(named, should_stop)
    return _make_image(photo, foreground, content)


def restore_opened_image(
    photo: NDArray[np.uint8],
    drawing: NDArray[np.uint8],
    content: bytes | Image.Image,
    crop: ImageCrop = WHOLE_IMAGE,
) -> OpenedImage:
    """Return an image from its parts; `photo` is that of the whole image.

    Its digits are found again only when it is opened: the drawing is the one that was chosen.
    """
    whole = OpenedImage(photo, drawing, content)
    if crop.is_whole:
        return whole
    image = crop_image(Image.fromarray(photo), crop)
    return OpenedImage(np.asarray(image), drawing, image, crop=crop, _whole=whole)


def _make_image(
    photo: NDArray[np.uint8],
    foreground: NDArray[np.uint8],
    content: bytes | Image.Image,
    crop: ImageCrop = WHOLE_IMAGE,
    whole: OpenedImage | None = None,
) -> OpenedImage:
    """Find the digits in a foreground; the main one is the drawing."""
    from studio.data.drawing.digit_groups import find_digits

    digits = tuple(find_digits(foreground))
    drawing = digits[0].drawing if digits else foreground
    return OpenedImage(photo, drawing, content, digits, 0, crop, whole)


def _reduce(image: Image.Image) -> Image.Image:
    """Average blocks of pixels, because the canvas keeps every opened image for undo."""
    factor = min(image.size) // _MAX_INPUT_SIDE_PX
    return image.reduce(factor) if factor > 1 else image
