"""Decode image files to pixels of one size, and keep them until their order is known."""

import hashlib
import io
import math
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.config import DataConfig
from studio.data.image_folder.class_layout import SkippedFile
from studio.data.image_folder.image_table import FACTS
from studio.data.image_folder.sources import SourceFile
from studio.data.image_resizing import open_for_resize, resize_to_square
from studio.data.pixel_cache import pixel_cache_dir
from studio.errors import ImageError

DEFAULT_SIZE = 64

Facts = tuple[int, int, float, float, int, int]

_POWERS = np.arange(256, dtype=np.float64) ** np.array([[1], [2]])


@dataclass(frozen=True)
class DecodedImage:
    """A readable image: pixels uint8 [1 or 3, S, S], and its record of FACTS."""

    name: str
    pixels: NDArray[np.uint8]
    facts: Facts


def decode_image(file: SourceFile, config: DataConfig) -> DecodedImage | SkippedFile:
    """Decode and resize one image, grey or color as the file is unless the settings say which."""
    if file.error:
        return SkippedFile(file.name, file.error)
    size = config.image_size or DEFAULT_SIZE
    try:
        image, full_size = open_for_resize(io.BytesIO(file.content), size)
    except ImageError as error:
        return SkippedFile(file.name, _short_reason(error))
    image_channels = 1 if image.mode == "L" else 3
    channels = {"own": image_channels, "grey": 1, "rgb": 3}[config.color]
    pixels = resize_to_square(image, size, config.fit, channels)
    return DecodedImage(file.name, pixels, (*full_size, *_measure(image, file.content)))


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


class DecodedBuffer:
    """Keeps decoded pixels in a temporary file, because order and channels are known at the end.

    Writing raises OSError when the disk is full. The file has no name or is deleted with the
    process, so that nothing remains of one that is killed.
    """

    def __init__(self) -> None:
        folder = pixel_cache_dir()
        folder.mkdir(parents=True, exist_ok=True)
        self._file = tempfile.TemporaryFile(dir=folder, prefix=".spool-")  # noqa: SIM115
        self._offsets: list[int] = []
        self._facts: list[Facts] = []
        self.names: list[str] = []
        self.channels: list[int] = []

    def close(self) -> None:
        """Delete the file."""
        self._file.close()

    def append(self, image: DecodedImage) -> None:
        """Keep one image."""
        self._offsets.append(self._file.tell())
        self._facts.append(image.facts)
        self.names.append(image.name)
        self.channels.append(len(image.pixels))
        self._file.write(image.pixels.data)

    def facts(self, order: Sequence[int]) -> NDArray[np.void]:
        """Return the records of FACTS in this order."""
        # np.array would hold the GIL until it has read them all.
        return np.fromiter((self._facts[index] for index in order), FACTS, len(order))

    def read(
        self, order: Sequence[int], shape: tuple[int, int, int]
    ) -> Iterator[NDArray[np.uint8]]:
        """Read the pixels in this order, each of `shape`; grey is repeated for color."""
        plane_bytes = shape[1] * shape[2]
        for index in order:
            self._file.seek(self._offsets[index])
            data = self._file.read(self.channels[index] * plane_bytes)
            pixels = np.frombuffer(data, np.uint8).reshape(-1, *shape[1:])
            yield np.broadcast_to(pixels, shape)
