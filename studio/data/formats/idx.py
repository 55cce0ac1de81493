"""Read the IDX files of MNIST and its relatives, gzipped or not."""

import gzip
import math
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from studio.errors import DatasetError
from studio.files import is_file, open_regular

_UINT8_CODE = 8
_MAX_VALUES = 1 << 30
_HINT = "Delete it and download the dataset again."


def find_idx(folder: Path, name: str) -> Path | None:
    """Return `name` or `name.gz` in `folder`; the unpacked file first, which is faster to read."""
    return next((p for p in (folder / name, folder / f"{name}.gz") if is_file(p)), None)


def read_idx(path: Path) -> NDArray[np.uint8]:
    """Read one IDX file of unsigned bytes with any number of axes.

    Raises DatasetError naming the file when it is damaged, truncated or another file.
    """
    try:
        with open_regular(path) as file, _unpack(path, file) as handle:
            shape = _read_shape(path, handle.read(4), handle.read)
            size = math.prod(shape)
            data = handle.read(size + 1)
    except (EOFError, zlib.error, struct.error, gzip.BadGzipFile) as error:
        raise DatasetError(f"“{path}” is damaged: {error}.", _HINT) from None
    except OSError as error:
        message = f"“{path}” cannot be read: {error.strerror or error}."
        raise DatasetError(message, _HINT) from None
    if len(data) != size:
        more = "more" if len(data) > size else "less"
        raise DatasetError(f"“{path}” contains {more} data than its header says.", _HINT)
    return np.frombuffer(data, np.uint8).reshape(shape)


def _unpack(path: Path, file: BinaryIO) -> "BinaryIO | gzip.GzipFile":
    return gzip.GzipFile(fileobj=file) if path.suffix == ".gz" else file


def _read_shape(path: Path, magic: bytes, read: Callable[[int], bytes]) -> tuple[int, ...]:
    """The shape in the header, checked before memory is allocated for the data."""
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] != _UINT8_CODE or not 1 <= magic[3] <= 4:
        raise DatasetError(f"“{path}” is not an IDX file of bytes.", _HINT)
    shape = struct.unpack(f">{magic[3]}I", read(4 * magic[3]))
    if math.prod(shape) > _MAX_VALUES:
        raise DatasetError(f"“{path}” claims {math.prod(shape):,} values.", _HINT)
    return shape
