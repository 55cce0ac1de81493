"""Pictures as they come in, in a nameless file: their order and colours are decided at the end."""

import tempfile
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from studio.data.image_folder.decoding import FACTS, Decoded, Facts
from studio.data.pixel_cache import pixel_cache_dir


class Spool:
    """Keeps pixels on disk and records in memory. Writing raises OSError when the disk is full.

    The file has no name or goes with the process, so that a killed one leaves nothing.
    """

    def __init__(self) -> None:
        folder = pixel_cache_dir()
        folder.mkdir(parents=True, exist_ok=True)
        self._file = tempfile.TemporaryFile(dir=folder, prefix=".spool-")  # noqa: SIM115
        self._starts: list[int] = []
        self._facts: list[Facts] = []
        self.names: list[str] = []
        self.channels: list[int] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def add(self, decoded: Decoded) -> None:
        """Keep one picture."""
        self._starts.append(self._file.tell())
        self._facts.append(decoded.facts)
        self.names.append(decoded.name)
        self.channels.append(len(decoded.pixels))
        self._file.write(decoded.pixels.data)

    def facts(self, order: Sequence[int]) -> NDArray[np.void]:
        """Records of FACTS in this order."""
        # Not np.array, which lets no other thread run until it has read them all.
        return np.fromiter((self._facts[index] for index in order), FACTS, len(order))

    def rows(
        self, order: Sequence[int], shape: tuple[int, int, int]
    ) -> Iterator[NDArray[np.uint8]]:
        """Pixels in this order, each of `shape`; grey ones repeated where that has colours."""
        plane = shape[1] * shape[2]
        for index in order:
            self._file.seek(self._starts[index])
            data = self._file.read(self.channels[index] * plane)
            pixels = np.frombuffer(data, np.uint8).reshape(-1, *shape[1:])
            yield np.broadcast_to(pixels, shape)
