"""An image that a person opened, pasted or dropped, held in memory for any model to predict."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.data.image_files import ImageSource, extract_foreground, open_image, read_file

# Longer side of what is shown: as sharp as a canvas can be, and quick to scale for it.
PHOTO_SIDE = 1600

# The largest input of a model. Pasted pixels are reduced, but no side below this.
_INPUT_SIDE = 1024


@dataclass(frozen=True, eq=False)
class OpenedImage:
    """One image in the forms that models and people need.

    photo uint8 [H, W, 3] is for showing, no side above PHOTO_SIDE; ink uint8 [h, w] is what of it
    is read as handwriting, 255 = ink, all 0 where there is none.
    """

    photo: NDArray[np.uint8]
    ink: NDArray[np.uint8]
    _content: bytes | Image.Image

    @property
    def source(self) -> ImageSource:
        """The image for `Predictor.predict_picture`; it does not change with its file.

        Pixels that were not a file are reduced to what the largest model input needs.
        """
        return BytesIO(self._content) if isinstance(self._content, bytes) else self._content


def load_opened_image(origin: Path | bytes | Image.Image) -> OpenedImage:
    """Open an image file, the bytes of one, or pixels as they come from a clipboard.

    Raises ImageError.
    """
    if isinstance(origin, Image.Image):
        picture = open_image(origin)
        return OpenedImage(_photo(picture), extract_foreground(picture), _reduced(picture))
    content = _NamedFile(origin)
    picture = open_image(content)
    return OpenedImage(_photo(picture), extract_foreground(picture), content.getvalue())


class _NamedFile(BytesIO):
    """A file in memory that messages call by its name."""

    def __init__(self, origin: Path | bytes) -> None:
        super().__init__(read_file(origin) if isinstance(origin, Path) else origin)
        self.name = origin if isinstance(origin, Path) else None


def _reduced(picture: Image.Image) -> Image.Image:
    """Average blocks of pixels: the canvas keeps every opened image for undo."""
    factor = min(picture.size) // _INPUT_SIDE
    return picture.reduce(factor) if factor > 1 else picture


def _photo(picture: Image.Image) -> NDArray[np.uint8]:
    shown = picture.convert("RGB")
    if max(shown.size) > PHOTO_SIDE:
        shown.thumbnail((PHOTO_SIDE, PHOTO_SIDE), Image.Resampling.LANCZOS)
    return np.ascontiguousarray(shown)
