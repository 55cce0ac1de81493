"""Decode image files to pixels of one size, in a child process."""

import hashlib
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from studio.callbacks import OnProgress, ShouldStop
from studio.data.image_files import DeferredImage
from studio.data.image_folder.class_layout import SkippedFile
from studio.data.image_resizing import open_for_resize, resize_to_square
from studio.errors import ImageError
from studio.runtime import suppress_warnings

if TYPE_CHECKING:  # settings take longer to import than a small import of images takes
    from studio.config import DataConfig, Fit

DEFAULT_SIZE = 64

Facts = tuple[int, int, float, float, int, int]

_POWERS = np.arange(256, dtype=np.float64) ** np.array([[1], [2]])


@dataclass(frozen=True)
class TargetFormat:
    """What each image becomes: the side in pixels, how it fits the square, and its channels.

    `color` is “own”, “grey” or “rgb”; “own” keeps grey files grey.
    """

    size: int
    fit: "Fit"
    color: str

    @classmethod
    def from_config(cls, config: "DataConfig") -> "TargetFormat":
        """The format that the settings ask for."""
        return cls(config.image_size or DEFAULT_SIZE, config.fit, config.color)


@dataclass(frozen=True)
class DecodedImage:
    """A readable image: pixels uint8 [1 or 3, S, S] as bytes, and its record of FACTS."""

    name: str
    channels: int
    pixels: bytes
    facts: Facts


@dataclass(frozen=True)
class DeferredFile:
    """An image with too many pixels to decode beside others."""

    name: str
    pixel_count: int


Decoded = DecodedImage | SkippedFile | DeferredFile


def decode_files(
    files: Sequence[tuple[str, bytes]],
    target: dict[str, Any],
    defer_above: int | None,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> list[list[Any]]:
    """Decode files of a name and a content each, as the work of a child process.

    Returns what `from_message` takes, in the order of the files.
    """
    wanted = TargetFormat(**target)
    with suppress_warnings():  # once for all, because changing the filters takes a while
        return [_to_message(decode_image(*file, wanted, defer_above)) for file in files]


def decode_image(
    name: str, content: bytes, target: TargetFormat, defer_above: int | None = None
) -> Decoded:
    """Decode and resize one image."""
    try:
        image, full_size = open_for_resize(io.BytesIO(content), target.size, defer_above)
    except ImageError as error:
        return SkippedFile(name, _short_reason(error))
    except DeferredImage as deferred:
        return DeferredFile(name, deferred.pixel_count)
    image_channels = 1 if image.mode == "L" else 3
    channels = {"own": image_channels, "grey": 1, "rgb": 3}[target.color]
    pixels = resize_to_square(image, target.size, target.fit, channels)
    facts = (*full_size, *_measure(image, content))
    return DecodedImage(name, channels, pixels.tobytes(), facts)


def _to_message(result: Decoded) -> list[Any]:
    match result:
        case DecodedImage(name, channels, pixels, facts):
            return ["image", name, channels, pixels, facts]
        case SkippedFile(name, reason):
            return ["skipped", name, reason]
        case DeferredFile(name, pixel_count):
            return ["deferred", name, pixel_count]


def from_message(message: Sequence[Any]) -> Decoded:
    """Make the result of a file from what the child process sent."""
    match message:
        case ["image", name, channels, pixels, facts]:
            return DecodedImage(name, channels, pixels, tuple(facts))
        case ["deferred", name, pixel_count]:
            return DeferredFile(name, pixel_count)
        case [_, name, reason]:
            return SkippedFile(name, reason)
    raise ValueError("not the result of a file")


def _short_reason(error: ImageError) -> str:
    """The message without the name that it gives to an image without a path."""
    return error.message.removeprefix("The image ").removeprefix("is ").rstrip(".")


def _measure(image: Image.Image, content: bytes) -> tuple[float, float, int, int]:
    """Mean and deviation of the grey levels, hash of the file, difference hash."""
    grey = image if image.mode == "L" else image.convert("L")
    mean, mean_square = (_POWERS @ grey.histogram() / (grey.width * grey.height)).tolist()
    std = math.sqrt(max(mean_square - mean**2, 0.0))
    file_hash = int.from_bytes(hashlib.blake2b(content, digest_size=8).digest())
    return mean, std, file_hash, difference_hash(grey)


def difference_hash(grey: Image.Image) -> int:
    """64 bits: whether each cell of 8 by 8 is darker than its right neighbor (N. Krawetz, 2013).

    The cells are means over the whole image, distorted to a square.
    """
    cells = np.frombuffer(grey.resize((9, 8), Image.Resampling.BOX).tobytes(), np.uint8)
    cells = cells.reshape(8, 9)
    return int.from_bytes(np.packbits(cells[:, 1:] > cells[:, :-1]).tobytes())
