"""Limits that keep a small archive from unpacking to more than a disk could hold."""

from pathlib import Path
from typing import IO, BinaryIO

from studio.callbacks import ShouldStop
from studio.errors import DatasetError, Stopped
from studio.formatting import byte_size

# Images are compressed already, and hardly shrink. Plain colors do, in small archives.
MAX_RATIO, RATIO_BASE_BYTES = 200, 64_000_000
MAX_UNPACKED_BYTES = 256_000_000_000

_HINT = "If you trust it, unpack it and choose the folder."


def check_unpacked(path: Path, unpacked_bytes: int, packed_bytes: int) -> None:
    """Raise DatasetError if an archive unpacks to too much.

    `packed_bytes` is the size of what has been unpacked.
    """
    if unpacked_bytes > max(RATIO_BASE_BYTES, MAX_RATIO * packed_bytes):
        message = f"“{path.name}” unpacks to more than {MAX_RATIO} times its size."
        raise DatasetError(message, _HINT)
    if unpacked_bytes > MAX_UNPACKED_BYTES:
        message = f"“{path.name}” unpacks to more than {byte_size(MAX_UNPACKED_BYTES)}."
        raise DatasetError(message, _HINT)


class LimitedStream:
    """The unpacked bytes of an archive, which ends with an error when there are too many."""

    def __init__(
        self, path: Path, packed: BinaryIO, unpacked: IO[bytes], should_stop: ShouldStop
    ) -> None:
        """`unpacked` decompresses the file `packed`, whose position tells how far it is."""
        self._path = path
        self._packed = packed
        self._unpacked = unpacked
        self._should_stop = should_stop
        self._read_bytes = 0

    def read(self, size: int = -1) -> bytes:
        """Read up to `size` bytes. Raises DatasetError, Stopped."""
        if self._should_stop():
            raise Stopped
        data = self._unpacked.read(size)
        self._read_bytes += len(data)
        check_unpacked(self._path, self._read_bytes, self._packed.tell())
        return data
