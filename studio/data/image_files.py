"""Open a picture from anywhere, safely: size limits, every mode, orientation, one clear error."""

import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageCms, UnidentifiedImageError

from studio.data.drawing.foreground import extract_foreground
from studio.errors import ImageError

__all__ = ["ImageSource", "extract_foreground", "open_image", "read_file"]

MAX_BYTES = 64 * 1024 * 1024
MAX_PIXELS = 50_000_000

# Formats whose decoders are in everyday use. The rest of Pillow's (EPS starts Ghostscript, FLI,
# BLP, PSD ...) would only be a larger door for broken files.
FORMATS = (
    "JPEG", "PNG", "AVIF", "BMP", "GIF", "ICO", "JPEG2000", "PPM", "TGA", "TIFF", "WEBP",
)  # fmt: skip
KINDS_HINT = "The studio reads PNG, JPEG, GIF, BMP, TIFF and WebP pictures."

# The EXIF tag, and what brings the pixels upright for each of its values but 1.
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = range(5, 9)

ImageSource = str | Path | BinaryIO | Image.Image

_lock = threading.Lock()
_decoding = 0  # threads inside `_quiet`
_saved_filters = ExitStack()


def open_image(source: ImageSource) -> Image.Image:
    """Read an image into memory as mode L or RGB, upright, transparency on white.

    `source` is a path, a binary file, or an image already decoded, as from a clipboard. Of an
    animation the first frame is taken. Raises ImageError when it is missing, too large, damaged
    or no image.
    """
    return open_reduced(source, None)[0]


def open_reduced(source: ImageSource, at_least: int | None) -> tuple[Image.Image, tuple[int, int]]:
    """Like `open_image`, and the width and height that the whole picture has, upright.

    A JPEG whose sides are multiples of `at_least` pixels is decoded at 1/2, 1/4 or 1/8 of its
    scale, no side below `at_least`: that takes a fraction of the memory and time.
    """
    if isinstance(source, Image.Image):
        _check_size(source, "The picture")
        return _plain(source), source.size
    name = _name_of(source)
    data = read_file(source)
    with _quiet():
        try:
            return _decode(data, name, at_least)
        except ImageError:
            raise
        except Image.DecompressionBombError as error:
            raise ImageError(f"{name} is too large to open.", _limit_hint()) from error
        except UnidentifiedImageError as error:
            raise ImageError(f"{name} is not a picture the studio can read.", KINDS_HINT) from error
        except MemoryError as error:
            raise ImageError(f"{name} needs more memory than is free.", _limit_hint()) from error
        except Exception as error:
            # Decoders of damaged files raise nearly any type; all mean the same to the user.
            raise ImageError(
                f"{name} is damaged and cannot be read.", "Try another copy."
            ) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """No warnings of decoders, however many threads decode at once.

    Filters belong to the whole process: the first thread in saves them, the last out restores them.
    """
    global _decoding
    with _lock:
        if _decoding == 0:
            _saved_filters.enter_context(warnings.catch_warnings())
            warnings.simplefilter("ignore")
        _decoding += 1
    try:
        yield
    finally:
        with _lock:
            _decoding -= 1
            if _decoding == 0:
                _saved_filters.close()


def _name_of(source: str | Path | BinaryIO) -> str:
    """What to call the picture in a message."""
    path = source if isinstance(source, str | Path) else getattr(source, "name", None)
    return Path(path).name if isinstance(path, str | Path) else "The picture"


def read_file(source: str | Path | BinaryIO) -> bytes:
    """Return the bytes of an image file. Raises ImageError when it is missing or too large."""
    name = _name_of(source)
    try:
        if isinstance(source, str | Path):
            with Path(source).open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        else:
            data = source.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise ImageError(f"{name} was not found.", "Check the path.") from error
    except IsADirectoryError as error:
        raise ImageError(f"{name} is a folder, not a picture.", "Choose a file in it.") from error
    except (OSError, ValueError) as error:
        raise ImageError(f"{name} cannot be opened: {error}.") from error
    if len(data) > MAX_BYTES:
        raise ImageError(f"{name} is larger than {MAX_BYTES >> 20} MB.", _limit_hint())
    return data


def _limit_hint() -> str:
    return f"Pictures may have up to {MAX_PIXELS // 1_000_000} million pixels."


def _decode(data: bytes, name: str, at_least: int | None) -> tuple[Image.Image, tuple[int, int]]:
    """Decode after a look at the size; any exception of Pillow may come out."""
    Image.init()  # without it only the plugins of the commonest formats may be named
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        size = image.size
        _check_size(image, name)
        if at_least is not None:
            image.draft(None, (at_least, at_least))
        image.load()
        orientation = _orientation(image)
        if orientation in _TURNS:
            plain = _plain(image.transpose(_TURNS[orientation]))
        else:
            plain = _plain(image)
        return plain, size[::-1] if orientation in _SIDEWAYS else size


def _check_size(image: Image.Image, name: str) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise ImageError(f"{name} is too large to open.", _limit_hint())


def _orientation(image: Image.Image) -> object:
    """What the EXIF block says, a number of 1 to 8 if it is sane; a damaged block says 1."""
    try:
        return image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - the pixels are good, only the note beside them is not
        return 1


def _plain(image: Image.Image) -> Image.Image:
    """Any of Pillow's modes as L or RGB."""
    if image.mode.startswith("I") or image.mode == "F":
        return _from_deep(image)
    if image.mode == "LAB":
        return _from_lab(image)
    if image.has_transparency_data:
        return _on_white(image)
    mode = "L" if image.mode in ("1", "L") else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _on_white(image: Image.Image) -> Image.Image:
    """Lay a transparent picture on white paper."""
    grey = image.mode in ("1", "L", "LA", "La")
    colour = image.convert("RGBA")
    paper = Image.new("RGBA", colour.size, "white")
    return Image.alpha_composite(paper, colour).convert("L" if grey else "RGB")


def _from_lab(image: Image.Image) -> Image.Image:
    """CIE L*a*b* through colour management; Pillow's convert() does not know it."""
    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")
    if converted is None:
        raise ValueError("no conversion from LAB")
    return converted


def _from_deep(image: Image.Image) -> Image.Image:
    """16-bit, 32-bit and float grey as 8 bits.

    The range is read off the values, for the modes do not tell it: 0..1 (float), 0..255 and
    0..65535 are taken as they are, anything else is stretched between its extremes.
    """
    values = np.nan_to_num(np.asarray(image, np.float64), posinf=0.0, neginf=0.0)
    low, high = float(values.min()), float(values.max())
    if low < 0 or high > 65535:
        values, top = values - low, high - low
    elif image.mode == "F" and high <= 1:
        top = 1.0
    elif image.mode.startswith("I;16") or high > 255:
        top = 65535.0
    else:
        top = 255.0
    return Image.fromarray(np.rint(values * (255 / top)).astype(np.uint8))
