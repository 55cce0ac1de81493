"""A two-dimensional array in a .npy file to which rows are appended while others read it."""

import os
import re
import struct
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from studio.array_files import read_header
from studio.files import open_regular, write_atomic

# Room for any number of rows, so that the header can be replaced in place.
HEADER_BYTES: Final = 128
_HEADER: Final = re.compile(
    rb"'descr': '(?P<dtype><f2|\|u1)'.*'shape': \((?P<rows>\d{1,15}), (?P<columns>\d{1,15})\)"
)


class GrowingArray:
    """Rows of `columns` values of one dtype; rows that were never written hold `fill`.

    A row is in the file before the header counts it, and the file never shrinks: whenever the
    process is killed, and while another one reads, the counted rows are complete. Methods raise
    OSError when the file cannot be read or written.
    """

    def __init__(self, path: Path, dtype: str, columns: int, fill: float) -> None:
        self._path, self._columns, self._fill = path, columns, fill
        self._dtype = np.dtype(dtype)
        self._row_bytes = columns * self._dtype.itemsize

    def count_rows(self) -> int:
        """Return the number of rows; 0 if the file is missing, damaged or has another shape."""
        try:
            with open_regular(self._path) as file:
                rows, columns, dtype = _read_header(file)
        except (OSError, ValueError):
            return 0
        return rows if (columns, dtype) == (self._columns, self._dtype) else 0

    def read_row(self, index: int) -> NDArray[Any]:
        """Return a row; `fill` if it was never written."""
        if index >= self.count_rows():
            return self._fill_row()
        row: NDArray[Any] = read_rows(self._path)[index]
        return row

    def write_row(self, index: int, values: NDArray[Any]) -> None:
        """Write a row; rows missing before it are filled."""
        count = self.count_rows()
        if count == 0:
            write_atomic(self._path, lambda partial: partial.write_bytes(self._header(0)))
        with self._path.open("rb+") as file:
            for missing in range(count, index):
                self._write_at(file, missing, self._fill_row())
            self._write_at(file, index, values)
            self._write_header(file, max(count, index + 1))

    def truncate(self, rows: int) -> None:
        """Discard the rows from `rows` on."""
        if self.count_rows() > rows:
            with self._path.open("rb+") as file:
                self._write_header(file, rows)

    def _fill_row(self) -> NDArray[Any]:
        return np.full(self._columns, self._fill, self._dtype)

    def _write_at(self, file: BinaryIO, index: int, values: NDArray[Any]) -> None:
        file.seek(HEADER_BYTES + index * self._row_bytes)
        file.write(np.ascontiguousarray(values, self._dtype).tobytes())

    def _write_header(self, file: BinaryIO, rows: int) -> None:
        file.flush()  # the rows, before the header counts them
        file.seek(0)
        file.write(self._header(rows))

    def _header(self, rows: int) -> bytes:
        return format_header(rows, self._columns, self._dtype)


def format_header(rows: int, columns: int, dtype: np.dtype[Any]) -> bytes:
    """Return the header of version 1.0 of the format, padded to a fixed size."""
    values = {"descr": dtype.str, "fortran_order": False, "shape": (rows, columns)}
    magic = npy.magic(1, 0)
    text = repr(values).ljust(HEADER_BYTES - len(magic) - 3) + "\n"
    return magic + struct.pack("<H", len(text)) + text.encode("latin-1")


def parse_header(header: bytes) -> tuple[int, int, np.dtype[Any]]:
    """Return the numbers of rows and columns and the dtype from the bytes of `format_header`.

    Raises ValueError if they are anything else.
    """
    found = _HEADER.search(header)
    if found is None:
        raise ValueError("its header is not what was saved")
    rows, columns, dtype = (
        int(found["rows"]),
        int(found["columns"]),
        np.dtype(str(found["dtype"], "ascii")),
    )
    if format_header(rows, columns, dtype) != header:
        raise ValueError("its header is not what was saved")
    return rows, columns, dtype


def read_rows(path: Path) -> NDArray[Any]:
    """Return the complete rows of a file, in memory.

    A map of the file would end the process when the disk fails. Raises OSError, and ValueError if
    it is not a .npy file with two dimensions.
    """
    with open_regular(path) as file:
        rows, columns, dtype = _read_header(file)
        return np.fromfile(file, dtype, rows * columns).reshape(rows, columns)


def _read_header(file: BinaryIO) -> tuple[int, int, np.dtype[Any]]:
    """Read the header; return the numbers of complete rows and of columns, and the dtype."""
    shape, is_fortran, dtype = read_header(file)
    if len(shape) != 2 or is_fortran:
        raise ValueError(f"an array of shape {shape} and dtype {dtype}")
    data_bytes = os.fstat(file.fileno()).st_size - file.tell()
    complete_rows = data_bytes // max(shape[1] * dtype.itemsize, 1)
    return min(shape[0], complete_rows), shape[1], dtype
