"""Decode one image file that the user chose in a child process, with limits of time and memory."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.data.image_crop import (
    WHOLE_IMAGE,
    ImageCrop,
    crop_image,
    reduce_before_tilt,
    reduce_for_models,
)
from studio.data.image_files import ImageSource, display_name, open_image, read_file
from studio.data.image_resizing import open_for_resize, resize_to_square
from studio.errors import ImageError, IsolationError
from studio.isolation import Limits, run_isolated

if TYPE_CHECKING:  # settings take longer to import than an image takes to decode
    from studio.config import Fit

LIMITS = Limits(seconds=10.0, memory_bytes=1_000_000_000, output_bytes=64_000_000)

# Longest side of an image on display: as sharp as a canvas can show, and fast to scale.
MAX_DISPLAY_SIDE_PX = 1600

Pixels = NDArray[np.uint8]


class DecodedPhoto(NamedTuple):
    """An image, or a crop of it, as it is shown and searched.

    `photo` uint8 [H, W, 3] is for display; `gray` uint8 [h, w] is what `foreground` uint8 [h, w],
    all handwriting in it, was found in. `pixels` uint8 [H, W] or [H, W, 3] are those of a crop, as
    `reduce_for_models` keeps them, None of a whole image.
    """

    photo: Pixels
    gray: Pixels
    foreground: Pixels
    pixels: Pixels | None = None


def decode_model_input(
    source: ImageSource, size: int, fit: "Fit", channels: int, should_stop: ShouldStop = never_stop
) -> Pixels:
    """Return an image as uint8 [channels, size, size], resized as `resize_to_square` does.

    Raises ImageError, also when it exceeds a limit, and Stopped.
    """
    if isinstance(source, Image.Image):  # decoded already
        return resize_to_square(open_for_resize(source, size)[0], size, fit, channels)
    wanted = {"size": size, "fit": fit, "channels": channels}
    return _decode("decode_model_input_here", source, wanted, should_stop)[0]


def decode_drawing(source: ImageSource, should_stop: ShouldStop = never_stop) -> Pixels:
    """Return the main digit in an image as `find_digits` does, uint8 [H, W].

    Raises ImageError, also when it exceeds a limit, and Stopped.
    """
    if isinstance(source, Image.Image):
        return main_drawing(extract_drawing(open_image(source)))
    return main_drawing(_decode("decode_drawing_here", source, {}, should_stop)[0])


def decode_photo(
    source: ImageSource, crop: ImageCrop = WHOLE_IMAGE, should_stop: ShouldStop = never_stop
) -> DecodedPhoto:
    """Return what is shown and found of an image, or of a crop of it.

    Raises ImageError, also when it exceeds a limit, and Stopped.
    """
    if isinstance(source, Image.Image):
        return _analyze(open_image(source), crop)
    wanted = {"degrees": crop.degrees, "box": list(crop.box)}
    return DecodedPhoto(*_decode("decode_photo_here", source, wanted, should_stop))


def _analyze(image: Image.Image, crop: ImageCrop) -> DecodedPhoto:
    from studio.data.drawing.foreground import compute_stages, to_working_gray

    image = crop_image(reduce_before_tilt(image, crop), crop)
    gray = to_working_gray(image)
    foreground = compute_stages(gray).foreground
    if crop.is_whole:
        return DecodedPhoto(to_photo(image), gray, foreground)
    kept = reduce_for_models(image)
    return DecodedPhoto(to_photo(kept), gray, foreground, np.asarray(kept))


def to_photo(image: Image.Image) -> Pixels:
    """Return an image of mode L or RGB for display, uint8 [H, W, 3]."""
    photo = image.convert("RGB")
    if max(photo.size) > MAX_DISPLAY_SIDE_PX:
        photo.thumbnail((MAX_DISPLAY_SIDE_PX, MAX_DISPLAY_SIDE_PX), Image.Resampling.LANCZOS)
    return np.ascontiguousarray(photo)


def extract_drawing(image: Image.Image) -> Pixels:
    """Return all handwriting in an image of mode L or RGB, uint8 [H, W]."""
    # Late, because the window imports this module and starts faster without scipy.
    from studio.data.drawing.foreground import extract_foreground

    return extract_foreground(image)


def main_drawing(foreground: Pixels) -> Pixels:
    """Return the main digit in a foreground, uint8 [H, W]; the foreground itself without one."""
    from studio.data.drawing.digit_groups import find_digits

    digits = find_digits(foreground)
    return digits[0].drawing if digits else foreground


def _decode(
    function: str,
    source: str | Path | Any,
    arguments: Mapping[str, Any],
    should_stop: ShouldStop,
) -> list[Pixels]:
    """Call a function of this module in a child process; returns its arrays."""
    name = display_name(source)
    path = source if isinstance(source, str | Path) else getattr(source, "name", None)
    sent = {
        "content": read_file(source),
        "path": "" if path is None else str(path),
        **arguments,
    }
    try:
        arrays = run_isolated(
            f"{__name__}:{function}", sent, LIMITS, ignore_progress, should_stop, name, reuse=True
        )
    except IsolationError as error:
        raise ImageError(error.message, error.hint) from error
    return [np.frombuffer(data, np.uint8).reshape(shape).copy() for shape, data in arrays]


def decode_model_input_here(
    content: bytes,
    path: str,
    size: int,
    fit: "Fit",
    channels: int,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> list[Any]:
    """Do the work of `decode_model_input`, in the child process."""
    image, _ = open_for_resize(NamedBytes(content, path), size)
    return _to_message(resize_to_square(image, size, fit, channels))


def decode_drawing_here(
    content: bytes, path: str, on_progress: OnProgress, should_stop: ShouldStop
) -> list[Any]:
    """Do the work of `decode_drawing`, in the child process."""
    return _to_message(extract_drawing(open_image(NamedBytes(content, path))))


def decode_photo_here(
    content: bytes,
    path: str,
    degrees: float,
    box: list[float],
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> list[Any]:
    """Do the work of `decode_photo`, in the child process."""
    left, top, right, bottom = box
    crop = ImageCrop(degrees, (left, top, right, bottom))
    analyzed = _analyze(open_image(NamedBytes(content, path)), crop)
    return _to_message(*(array for array in analyzed if array is not None))


def _to_message(*arrays: Pixels) -> list[Any]:
    return [[array.shape, np.ascontiguousarray(array).data] for array in arrays]


class NamedBytes(BytesIO):
    """A file in memory with the name that error messages show."""

    def __init__(self, content: bytes, path: str) -> None:
        super().__init__(content)
        self.name = path or None
