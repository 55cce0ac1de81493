"""Hashes of files, whole or up to where they were when a checkpoint was saved."""

import hashlib
import os
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Final

from studio.files import open_regular
from studio.runs.growing_array import HEADER_BYTES, format_header, parse_header

_BLOCK_BYTES: Final = 1 << 20
# The clock of a disk is coarse: a file may change twice within one of its ticks.
_SETTLED_NS: Final = 2_000_000_000


@dataclass(frozen=True)
class Content:
    """SHA-256 and length in bytes of a file, or of its beginning."""

    sha256: str
    size: int


def digest_file(path: Path, size: int | None = None) -> Content:
    """The content of a file, or of its first `size` bytes if it has as many. Raises OSError."""
    with open_regular(path) as file:
        length = os.fstat(file.fileno()).st_size if size is None else size
        return _digest(file, length)


def digest_unchanged_file(path: Path) -> Content:
    """As `digest_file`, but a file that did not change for a while is read only once."""
    stat = path.stat()
    changed = max(stat.st_mtime_ns, stat.st_ctime_ns)
    if time.time_ns() - changed < _SETTLED_NS:
        return digest_file(path)
    return _digest_once(path.absolute(), (changed, stat.st_size, stat.st_ino, stat.st_dev))


@lru_cache(256)
def _digest_once(path: Path, _stamp: tuple[int, ...]) -> Content:
    return digest_file(path)


def digest_rows(path: Path, rows: int) -> Content:
    """The content of a growing array as if it had only its first `rows` rows.

    Rows after those may still change. Raises OSError, and ValueError when the header is damaged or
    counts fewer rows.
    """
    with open_regular(path) as file:
        count, columns, dtype = parse_header(file.read(HEADER_BYTES))
        if count < rows:
            raise ValueError("its end is missing")
        return _digest(file, rows * columns * dtype.itemsize, format_header(rows, columns, dtype))


def hash_beginning(path: Path, size: int) -> "hashlib._Hash":
    """The SHA-256 of the first `size` bytes of a file, to be continued.

    Raises OSError, and EOFError when the file is shorter.
    """
    digest = hashlib.sha256()
    if size:
        with open_regular(path) as file:
            if _update(digest, file, size) < size:
                raise EOFError
    return digest


def _digest(file: BinaryIO, length: int, header: bytes = b"") -> Content:
    digest = hashlib.sha256(header)
    done = _update(digest, file, length)
    return Content(digest.hexdigest(), len(header) + done)


def _update(digest: "hashlib._Hash", file: BinaryIO, length: int) -> int:
    """Update with the next bytes of a file; return how many there were, at most `length`."""
    done = 0
    while done < length and (block := file.read(min(_BLOCK_BYTES, length - done))):
        digest.update(block)
        done += len(block)
    return done
