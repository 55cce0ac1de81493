"""Open an image from any source safely: size limits, every mode, EXIF orientation, clear errors."""

import errno
import io
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from studio.data.image_modes import match_transparent_color, to_grey_or_rgb
from studio.errors import ImageError
from studio.files import read_regular
from studio.runtime import suppress_warnings

MAX_BYTES = 64 * 1024 * 1024
MAX_PIXELS = 50_000_000

# Formats in everyday use. Pillow's other decoders (EPS starts Ghostscript, FLI, BLP, PSD, …) would
# only widen the attack surface for malformed files.
_FORMATS = (
    "JPEG", "PNG", "AVIF", "BMP", "GIF", "ICO", "JPEG2000", "PPM", "TGA", "TIFF", "WEBP",
)  # fmt: skip
_FORMATS_HINT = "The studio reads PNG, JPEG, GIF, BMP, TIFF and WebP images."

ImageSource = str | Path | BinaryIO | Image.Image


def open_image(source: ImageSource) -> Image.Image:
    """Read an image into memory as mode L or RGB, upright, without transparency.

    `source` is a path, a binary file, or an image that is already decoded, as from a clipboard. Of
    an animation the first frame is read. Raises ImageError when it is missing, too large, damaged
    or not an image.
    """
    return open_reduced(source, None)[0]


class DeferredImage(Exception):  # noqa: N818 - nothing is wrong with the image
    """An image has more pixels to decode than the caller has memory for at the moment."""

    def __init__(self, pixel_count: int) -> None:
        super().__init__(f"{pixel_count} pixels to decode")
        self.pixel_count = pixel_count


def open_reduced(
    source: ImageSource, min_side: int | None, defer_above: int | None = None
) -> tuple[Image.Image, tuple[int, int]]:
    """Like `open_image`, and return the upright width and height of the full image as well.

    A JPEG is decoded at 1/2, 1/4 or 1/8 of its size as long as no side falls below `min_side`
    pixels, which takes a fraction of the memory and time. Raises DeferredImage, before decoding,
    for a file with more than `defer_above` pixels to decode.
    """
    if isinstance(source, Image.Image):
        _check_size(source, "The image")
        return to_grey_or_rgb(source), source.size
    name = display_name(source)
    data = read_file(source)
    with suppress_warnings():
        try:
            return _decode(data, name, min_side, defer_above)
        except (ImageError, DeferredImage):
            raise
        except Image.DecompressionBombError as error:
            raise ImageError(f"{name} is too large to open.", _limit_hint()) from error
        except UnidentifiedImageError as error:
            message = f"{name} is not an image the studio can read."
            raise ImageError(message, _FORMATS_HINT) from error
        except MemoryError as error:
            raise ImageError(f"{name} needs more memory than is free.", _limit_hint()) from error
        except Exception as error:
            # Decoders raise almost any type for a damaged file.
            message = f"{name} is damaged and cannot be read."
            raise ImageError(message, "Try another copy.") from error


def read_file(source: str | Path | BinaryIO) -> bytes:
    """Return the bytes of an image file. Raises ImageError when it is missing or too large."""
    name = display_name(source)
    try:
        if isinstance(source, str | Path):
            data = read_regular(Path(source), MAX_BYTES)
        else:
            data = source.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise ImageError(f"{name} was not found.", "Check the path.") from error
    except IsADirectoryError as error:
        raise ImageError(f"{name} is a folder, not an image.", "Choose a file in it.") from error
    except (OSError, ValueError) as error:
        if getattr(error, "errno", None) == errno.EFBIG:
            raise _too_many_bytes(name) from None
        reason = getattr(error, "strerror", None) or error
        raise ImageError(f"{name} cannot be opened: {reason}.", "Choose another file.") from error
    if len(data) > MAX_BYTES:
        raise _too_many_bytes(name)
    return data


def _too_many_bytes(name: str) -> ImageError:
    return ImageError(f"{name} is larger than {MAX_BYTES >> 20} MB.", _limit_hint())


def display_name(source: str | Path | BinaryIO) -> str:
    """Return the name of an image file for messages, which begins a sentence."""
    path = source if isinstance(source, str | Path) else getattr(source, "name", None)
    return Path(path).name if isinstance(path, str | Path) else "The image"


def _limit_hint() -> str:
    return f"Images may have up to {MAX_PIXELS // 1_000_000} million pixels."


def _decode(
    data: bytes, name: str, min_side: int | None, defer_above: int | None
) -> tuple[Image.Image, tuple[int, int]]:
    """Decode after checking the size. Raises any exception of Pillow."""
    Image.init()  # without it only the plugins of the most common formats are known
    with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
        full_size = image.size
        _check_size(image, name)
        if min_side is not None:
            image.draft(None, (min_side, min_side))
        _check_memory(image, full_size, defer_above)
        match_transparent_color(image)
        image.load()
        size = image.size
        with suppress(Exception):  # the EXIF block is damaged, the pixels are not
            ImageOps.exif_transpose(image, in_place=True)
        return to_grey_or_rgb(image), full_size if image.size == size else full_size[::-1]


def _check_size(image: Image.Image, name: str) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise ImageError(f"{name} is too large to open.", _limit_hint())


def _check_memory(image: Image.Image, full_size: tuple[int, int], defer_above: int | None) -> None:
    """Raise DeferredImage for too many pixels; progressive JPEGs are kept whole while decoding."""
    width, height = full_size if "progression" in image.info else image.size
    if defer_above is not None and width * height > defer_above:
        raise DeferredImage(width * height)
