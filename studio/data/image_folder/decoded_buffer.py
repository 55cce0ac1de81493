"""Decoded pixels in a temporary file, until their order is known."""

import tempfile
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from studio.data.image_folder.decoding import DecodedImage, Facts
from studio.data.image_folder.image_table import FACTS
from studio.data.pixel_cache import pixel_cache_dir


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
        self.channels.append(image.channels)
        self._file.write(image.pixels)

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
