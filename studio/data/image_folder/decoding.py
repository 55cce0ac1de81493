"""From the bytes of a file to the pixels and facts that are kept of it."""

import hashlib
import io
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.config import DataConfig
from studio.data.image_folder.image_table import SkippedFile
from studio.data.image_folder.source import Member
from studio.data.image_resizing import open_for_resize, resize_to_square
from studio.errors import ImageError

DEFAULT_SIZE = 64

# One record a picture; the table tells what they mean.
FACTS = np.dtype(
    [
        ("width", np.int32),
        ("height", np.int32),
        ("light", np.float32),
        ("spread", np.float32),
        ("digest", np.uint64),
        ("look", np.uint64),
    ]
)
Facts = tuple[int, int, float, float, int, int]

_POWERS = np.arange(256, dtype=np.float64) ** np.array([[1], [2]])


@dataclass(frozen=True)
class Decoded:
    """A readable picture: pixels uint8 [1 or 3, S, S], and its record of FACTS."""

    name: str
    pixels: NDArray[np.uint8]
    facts: Facts


def decode(member: Member, config: DataConfig) -> Decoded | SkippedFile:
    """Decode and fit one picture, in its own colours where the settings leave it to the files."""
    if member.reason:
        return SkippedFile(member.name, member.reason)
    size = config.image_size or DEFAULT_SIZE
    try:
        picture, whole = open_for_resize(io.BytesIO(member.data), size)
    except ImageError as error:
        return SkippedFile(member.name, _reason(error))
    own = 1 if picture.mode == "L" else 3
    channels = {"own": own, "grey": 1, "rgb": 3}[config.color]
    facts = (*whole, *_look_at(picture, member.data))
    return Decoded(member.name, resize_to_square(picture, size, config.fit, channels), facts)


def _reason(error: ImageError) -> str:
    """What is wrong, without the name that a picture without one goes by."""
    return error.message.removeprefix("The picture ").removeprefix("is ").rstrip(".")


def _look_at(picture: Image.Image, data: bytes) -> tuple[float, float, int, int]:
    """Mean and deviation of the grey levels, digest of the file, and difference hash."""
    grey = picture if picture.mode == "L" else picture.convert("L")
    light, second = (_POWERS @ grey.histogram() / (grey.width * grey.height)).tolist()
    spread = math.sqrt(max(second - light**2, 0.0))
    digest = int.from_bytes(hashlib.blake2b(data, digest_size=8).digest())
    return light, spread, digest, difference_hash(grey)


def difference_hash(grey: Image.Image) -> int:
    """64 bits: whether each cell of 8 by 8 is darker than its right neighbour (N. Krawetz, 2013).

    The cells are means of the whole picture, distorted to a square.
    """
    cells = np.frombuffer(grey.resize((9, 8), Image.Resampling.BOX).tobytes(), np.uint8)
    cells = cells.reshape(8, 9)
    return int.from_bytes(np.packbits(cells[:, 1:] > cells[:, :-1]).tobytes())
