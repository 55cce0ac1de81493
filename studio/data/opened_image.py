"""An image that the user opened, pasted or dropped, kept in memory for prediction by any model."""

import threading
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.callbacks import ShouldStop, never_stop
from studio.data.image_crop import (
    MAX_KEPT_PIXELS,
    WHOLE_IMAGE,
    ImageCrop,
    crop_image,
    reduce_for_models,
)
from studio.data.image_files import ImageSource, open_image, read_file
from studio.data.isolated_images import (
    MAX_DISPLAY_SIDE_PX,
    DecodedPhoto,
    NamedBytes,
    decode_photo,
    to_photo,
)

if TYPE_CHECKING:  # it takes scipy, and the window opens without
    from studio.data.drawing.digit_groups import FoundDigit

Pixels = NDArray[np.uint8]


class _Handwriting:
    """What was found in an image; empty until someone searches one of an earlier session."""

    def __init__(self) -> None:
        self.gray: Pixels | None = None
        self.digits: tuple[FoundDigit, ...] = ()
        self.lock = threading.Lock()


@dataclass(frozen=True, eq=False)
class OpenedImage:
    """One image in the forms that display and models need.

    `photo` uint8 [H, W, 3] is for display, no side above MAX_DISPLAY_SIDE_PX; `drawing` uint8
    [h, w] is the chosen digit as handwriting, 255 = pen, all 0 where there is none.

    With a `crop`, photo and digits are those of the crop, and `uncropped` is the whole image.
    """

    photo: Pixels
    drawing: Pixels
    _content: bytes | Image.Image
    crop: ImageCrop = WHOLE_IMAGE
    _whole: "OpenedImage | None" = None
    _handwriting: _Handwriting = field(default_factory=_Handwriting)

    @property
    def source(self) -> ImageSource:
        """The image for `Predictor`, as it was when opened, or the pixels of a crop.

        Pixels that were not a file are reduced where no model needs so many.
        """
        return BytesIO(self._content) if isinstance(self._content, bytes) else self._content

    @property
    def uncropped(self) -> "OpenedImage":
        """The whole image."""
        return self if self._whole is None else self._whole

    # Handwriting

    @property
    def is_searched(self) -> bool:
        """Whether `digits` and `gray` are known; see `search`."""
        return self._handwriting.gray is not None

    @property
    def gray(self) -> Pixels | None:
        """The gray levels in which the digits were found, uint8 [h, w]."""
        return self._handwriting.gray

    @property
    def digits(self) -> "tuple[FoundDigit, ...]":
        """All digits found in the photo."""
        return self._handwriting.digits

    @property
    def chosen(self) -> int:
        """Which of `digits` is the drawing; -1 if none is."""
        same = (i for i, digit in enumerate(self.digits) if digit.drawing is self.drawing)
        equal = (
            i for i, digit in enumerate(self.digits) if np.array_equal(digit.drawing, self.drawing)
        )
        return next(same, next(equal, -1))

    def search(self, should_stop: ShouldStop = never_stop) -> None:
        """Find the digits of an image of an earlier session, which takes about a second.

        Raises ImageError and Stopped.
        """
        with self._handwriting.lock:
            if not self.is_searched:
                _keep(self._handwriting, _decode(self.uncropped, self.crop, should_stop))

    def with_digit(self, chosen: int) -> "OpenedImage":
        """Return the image with another of its digits as the drawing."""
        return OpenedImage(
            self.photo,
            self.digits[chosen].drawing,
            self._content,
            self.crop,
            self._whole,
            self._handwriting,
        )

    # Crops

    def cropped(self, crop: ImageCrop, should_stop: ShouldStop = never_stop) -> "OpenedImage":
        """Return a crop of the whole image in full resolution. Raises ImageError and Stopped."""
        whole = self.uncropped
        if crop.is_whole:
            return whole
        return _make_crop(_decode(whole, crop, should_stop), crop, whole)

    def preview_crop(self, crop: ImageCrop, finds_digits: bool = True) -> "OpenedImage":
        """Return a crop of the photo for display, which is quicker than `cropped`.

        Without `finds_digits`, which takes most of the time, its drawing is blank.
        """
        whole = self.uncropped
        if crop.is_whole:
            return whole
        image = Image.fromarray(whole.photo)
        if finds_digits:
            return _make_crop(decode_photo(image, crop), crop, whole)
        image = crop_image(image, crop)
        return OpenedImage(np.asarray(image), np.zeros((1, 1), np.uint8), image, crop, whole)


def load_opened_image(
    origin: Path | bytes | Image.Image, should_stop: ShouldStop = never_stop
) -> OpenedImage:
    """Open an image file, the bytes of one, or decoded pixels from a clipboard.

    Files are decoded in a child process with limits. Raises ImageError, and Stopped.
    """
    if isinstance(origin, Image.Image):
        image = open_image(origin)
        return _make_image(decode_photo(image), _reduce(image))
    content = read_file(origin) if isinstance(origin, Path) else origin
    named = NamedBytes(content, str(origin) if isinstance(origin, Path) else "")
    return _make_image(decode_photo(named, should_stop=should_stop), content)


def restore_opened_image(
    photo: Pixels,
    drawing: Pixels,
    content: bytes | Image.Image,
    crop: ImageCrop = WHOLE_IMAGE,
    pixels: Pixels | None = None,
) -> OpenedImage:
    """Return an image from its parts: the photo of the whole image, and the pixels of a crop.

    A crop of an earlier version, which kept no pixels of it, is cut out of the photo. The drawing
    is the digit that was chosen; the others are found by `search`.
    """
    whole = OpenedImage(photo, drawing, content)
    if crop.is_whole:
        return whole
    cut = crop_image(Image.fromarray(photo), crop) if pixels is None else Image.fromarray(pixels)
    return OpenedImage(to_photo(cut), drawing, cut, crop, whole)


def _decode(whole: OpenedImage, crop: ImageCrop, should_stop: ShouldStop) -> DecodedPhoto:
    """Decode a whole image, or a crop of it. Raises ImageError and Stopped."""
    is_photo_reduced = max(whole.photo.shape) >= MAX_DISPLAY_SIDE_PX
    if not crop.is_whole and not is_photo_reduced:  # the photo has all pixels
        return decode_photo(Image.fromarray(whole.photo), crop)
    return decode_photo(whole.source, crop, should_stop)


def _make_crop(decoded: DecodedPhoto, crop: ImageCrop, whole: OpenedImage) -> OpenedImage:
    assert decoded.pixels is not None
    return _make_image(decoded, Image.fromarray(decoded.pixels), crop, whole)


def _make_image(
    decoded: DecodedPhoto,
    content: bytes | Image.Image,
    crop: ImageCrop = WHOLE_IMAGE,
    whole: OpenedImage | None = None,
) -> OpenedImage:
    """Find the digits; the main one is the drawing."""
    handwriting = _Handwriting()
    _keep(handwriting, decoded)
    digits = handwriting.digits
    drawing = digits[0].drawing if digits else decoded.foreground
    return OpenedImage(decoded.photo, drawing, content, crop, whole, handwriting)


def _keep(handwriting: _Handwriting, decoded: DecodedPhoto) -> None:
    from studio.data.drawing.digit_groups import find_digits

    handwriting.digits = tuple(find_digits(decoded.foreground))
    handwriting.gray = decoded.gray  # last: it says that the digits are known


def _reduce(image: Image.Image) -> Image.Image:
    """Reduce pasted pixels, because the canvas keeps every opened image for undo."""
    too_many = image.width * image.height > MAX_KEPT_PIXELS
    return reduce_for_models(image) if too_many else image
