"""An image that the user opened, pasted or dropped, kept in memory for prediction by any model."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.callbacks import ShouldStop, never_stop
from studio.data.image_files import ImageSource, open_image, read_file
from studio.data.isolated_images import (
    NamedBytes,
    decode_photo_and_drawing,
    extract_drawing,
    to_photo,
)

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


def load_opened_image(
    origin: Path | bytes | Image.Image, should_stop: ShouldStop = never_stop
) -> OpenedImage:
    """Open an image file, the bytes of one, or decoded pixels from a clipboard.

    Files are decoded in a child process with limits. Raises ImageError, and Stopped.
    """
    if isinstance(origin, Image.Image):
        image = open_image(origin)
        return OpenedImage(to_photo(image), extract_drawing(image), _reduce(image))
    content = read_file(origin) if isinstance(origin, Path) else origin
    named = NamedBytes(content, str(origin) if isinstance(origin, Path) else "")
    return OpenedImage(*decode_photo_and_drawing(named, should_stop), content)


def _reduce(image: Image.Image) -> Image.Image:
    """Average blocks of pixels, because the canvas keeps every opened image for undo."""
    factor = min(image.size) // _MAX_INPUT_SIDE_PX
    return image.reduce(factor) if factor > 1 else image
