"""Reads NumPy's .npy and .npz files: what a file claims is checked before memory is taken."""

import math
import re
import zipfile
import zlib
from collections.abc import Collection
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from studio.files import open_regular

_MAGIC = b"\x93NUMPY\x01\x00"
# Numbers, booleans and strings; never objects, which are pickles.
_HEADER = re.compile(
    rb"\{'descr': '(?P<dtype>[<>|](?:[biuf][1248]|U\d{1,6}))', "
    rb"'fortran_order': (?P<order>True|False), 'shape': \((?P<shape>[\d, ]{0,200})\),? *\} *\n"
)
_MAX_MEMBERS = 1000
_MAX_AXES = 8
_MAX_LENGTH = 1 << 48
# What `zipfile` raises for a damaged file, where RuntimeError means that it is encrypted.
_ZIP_ERRORS = (
    EOFError,
    KeyError,
    MemoryError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
)


def read_npy(path: Path) -> NDArray[Any]:
    """Read an array. Raises OSError, and ValueError for a damaged file."""
    with open_regular(path) as handle:
        size = handle.seek(0, 2)
        handle.seek(0)
        return _read_array(handle, size)


def read_npz(
    path: Path, names: Collection[str] | None = None, max_bytes: int | None = None
) -> dict[str, NDArray[Any]]:
    """Read the arrays of these names, by default all. Raises OSError and ValueError.

    `max_bytes` limits each array. Without it arrays must not be compressed, so that they are not
    larger than the file.
    """
    with open_regular(path) as handle:
        size = handle.seek(0, 2)
        try:
            with zipfile.ZipFile(handle) as archive:
                return _read_members(archive, names, max_bytes, size)
        except _ZIP_ERRORS as error:
            raise ValueError(f"damaged: {error}") from None


def _read_members(
    archive: zipfile.ZipFile, names: Collection[str] | None, max_bytes: int | None, file_bytes: int
) -> dict[str, NDArray[Any]]:
    stored = [name.removesuffix(".npy") for name in archive.namelist()]
    if len(stored) > _MAX_MEMBERS:
        raise ValueError(f"{len(stored)} arrays")
    arrays = {}
    for name in stored if names is None else names:
        member = archive.getinfo(f"{name}.npy")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError("an unknown compression")
        if max_bytes is None and member.compress_type != zipfile.ZIP_STORED:
            raise ValueError("a compressed array")
        with archive.open(member) as handle:
            arrays[name] = _read_array(handle, file_bytes if max_bytes is None else max_bytes)
    return arrays


def _read_array(handle: IO[bytes], max_bytes: int) -> NDArray[Any]:
    shape, is_fortran, dtype = read_header(handle)
    size = math.prod(shape) * dtype.itemsize
    if size > max_bytes:
        raise ValueError(f"an array of {size:,} bytes")
    content = handle.read(size + 1)
    if len(content) != size:
        raise ValueError("an incomplete array")
    array = np.frombuffer(content, dtype).copy()  # which can be written, as those of np.load
    return array.reshape(shape[::-1]).T if is_fortran else array.reshape(shape)


def read_header(handle: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Read the header of a .npy file: shape, whether in Fortran order, and dtype.

    Raises ValueError for a damaged header, for arrays of objects, and for versions of the format
    other than 1.0, which `numpy.save` writes for all of ours. NumPy's own reader evaluates the
    header as a literal of Python, which can raise anything.
    """
    start = handle.read(len(_MAGIC) + 2)
    length = int.from_bytes(start[len(_MAGIC) :], "little")
    found = _HEADER.fullmatch(handle.read(length)) if start.startswith(_MAGIC) else None
    if found is None:
        raise ValueError("a damaged header")
    shape = tuple(int(number) for number in found["shape"].split(b",") if number.strip())
    dtype = _parse_dtype(found["dtype"].decode())
    if not dtype.itemsize or len(shape) > _MAX_AXES or max(shape, default=0) > _MAX_LENGTH:
        raise ValueError(f"an array of shape {shape} and dtype {dtype}")
    return shape, found["order"] == b"True", dtype


def _parse_dtype(name: str) -> np.dtype[Any]:
    try:
        return np.dtype(name)
    except TypeError:  # such as a float of one byte
        raise ValueError(f"an array of dtype {name}") from None
