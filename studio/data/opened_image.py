"""An image that the user opened, pasted or dropped, kept in memory for prediction by any model."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.data.image_files import ImageSource, open_image, read_file

# Longest side of the image on display: as sharp as a canvas can show, and fast to scale.
MAX_DISPLAY_SIDE_PX = 1600

# The largest input of a model. Pasted pixels are reduced, but no side below this.
_MAX_INPUT_SIDE_PX = 1024


@dataclass(frozen=True, eq=False)
class OpenedImage:
    """One image in the forms that display and models need.

    `photo` uint8 [H, W, 3] is for display, no side above MAX_DISPLAY_SIDE_PX; `drawing` uint8
    [h, w] is its foreground as handwriting, 255 = pen, all 0 where there is none.
    """

    photo: NDArray[np.uint8]
    drawing: NDArray[np.uint8]
    _content: bytes | Image.Image

    @property
    def source(self) -> ImageSource:
        """The image for `Predictor`, as it was when opened.

        Pixels that were not a file are reduced to what the largest model input needs.
        """
        return BytesIO(self._content) if isinstance(self._content, bytes) else self._content


def load_opened_image(origin: Path | bytes | Image.Image) -> OpenedImage:
    """Open an image file, the bytes of one, or decoded pixels from a clipboard.

    Raises ImageError.
    """
    # Late, because the window imports this module and starts faster without scipy.
    from studio.data.drawing.foreground import extract_foreground

    if isinstance(origin, Image.Image):
        image = open_image(origin)
        return OpenedImage(_to_photo(image), extract_foreground(image), _reduce(image))
    content = _NamedBytes(origin)
    image = open_image(content)
    return OpenedImage(_to_photo(image), extract_foreground(image), content.getvalue())


class _NamedBytes(BytesIO):
    """A file in memory with the name that error messages show."""

    def __init__(self, origin: Path | bytes) -> None:
        super().__init__(read_file(origin) if isinstance(origin, Path) else origin)
        self.name = origin if isinstance(origin, Path) else None


def _reduce(image: Image.Image) -> Image.Image:
    """Average blocks of pixels, because the canvas keeps every opened image for undo."""
    factor = min(image.size) // _MAX_INPUT_SIDE_PX
    return image.reduce(factor) if factor > 1 else image


def _to_photo(image: Image.Image) -> NDArray[np.uint8]:
    photo = image.convert("RGB")
    if max(photo.size) > MAX_DISPLAY_SIDE_PX:
        photo.thumbnail((MAX_DISPLAY_SIDE_PX, MAX_DISPLAY_SIDE_PX), Image.Resampling.LANCZOS)
    return np.ascontiguousarray(photo)
