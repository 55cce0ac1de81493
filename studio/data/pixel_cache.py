"""Prepared pictures kept on disk under a key: written once, then memory-mapped."""

import contextlib
import io
import struct
import time
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from studio.errors import DatasetError
from studio.files import write_atomic
from studio.paths import cache_dir

Pixels = NDArray[np.uint8]
Extras = dict[str, NDArray[Any]]

# When a new entry brings the folder above this, those unused for longest go.
LIMIT_BYTES = 20_000_000_000

# What a killed process left half written; nobody needs an hour between two writes.
_STALE_SECONDS = 3600

# One file: all pixels, the extras as .npz, and at the end what tells their sizes. A file cut short
# has no such end.
_SUFFIX = ".pixels"
_MAGIC = b"VGGPIX01"
_FOOTER = struct.Struct("<8s5Q")


class _Footer(NamedTuple):
    magic: bytes
    rows: int
    channels: int
    height: int
    width: int
    extras_bytes: int


def pixel_cache_dir() -> Path:
    """The folder of the prepared pictures, which all can be prepared again."""
    return cache_dir() / "pictures"


def open_pixels(key: str) -> tuple[Pixels, Extras] | None:
    """Pixels uint8 [N, C, S, S], memory-mapped and read-only, and what was kept with them.

    None where nothing is kept under the key, or what is kept is damaged.
    """
    path = _path(key)
    try:
        with path.open("rb") as handle:
            found = _read(path, handle)
        path.touch()  # marks it as used
    except (OSError, ValueError, KeyError, struct.error, zipfile.BadZipFile):
        return None
    return found


def build_pixels(
    key: str,
    shape: tuple[int, int, int],
    rows: Iterable[Pixels],
    extras: Callable[[], Mapping[str, NDArray[Any]]],
) -> tuple[Pixels, Extras]:
    """Keep `rows`, each uint8 of `shape` (C, S, S), under the key, and open them.

    `extras` is asked once all rows are written. Killed at any moment, nothing half written is ever
    opened. Raises DatasetError when the disk is full; what else `rows` raises goes through.
    """
    path = _path(key)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, lambda partial: _write(partial, shape, rows, extras))
    except OSError as error:
        raise cannot_keep(error) from error
    _prune(path)
    found = open_pixels(key)
    if found is None:
        raise DatasetError(f"The prepared pictures in “{path.parent}” cannot be read again.")
    return found


def cannot_keep(error: OSError) -> DatasetError:
    """The plain words for a cache that cannot be written."""
    reason = error.strerror or str(error)
    return DatasetError(
        f"The prepared pictures cannot be kept in “{pixel_cache_dir()}”: {reason}.",
        "Make room on that disk, or choose a smaller picture size.",
    )


def _path(key: str) -> Path:
    return pixel_cache_dir() / f"{key}{_SUFFIX}"


def _write(
    partial: Path,
    shape: tuple[int, int, int],
    rows: Iterable[Pixels],
    extras: Callable[[], Mapping[str, NDArray[Any]]],
) -> None:
    packed = io.BytesIO()
    with partial.open("wb", buffering=1 << 20) as handle:
        count = 0
        for count, row in enumerate(rows, 1):  # noqa: B007
            if row.shape != shape or row.dtype != np.uint8:
                raise ValueError(f"a row must be uint8 {shape}, not {row.dtype} {row.shape}")
            handle.write(np.ascontiguousarray(row).data)
        np.savez(packed, allow_pickle=False, **extras())
        handle.write(packed.getbuffer())
        handle.write(_FOOTER.pack(*_Footer(_MAGIC, count, *shape, packed.tell())))


def _read(path: Path, handle: io.BufferedReader) -> tuple[Pixels, Extras]:
    """Raises ValueError and others when the file is not whole."""
    handle.seek(-_FOOTER.size, io.SEEK_END)
    footer = _Footer(*_FOOTER.unpack(handle.read()))
    shape = footer[1:5]
    start = footer.rows * footer.channels * footer.height * footer.width
    if footer.magic != _MAGIC or start + footer.extras_bytes + _FOOTER.size != handle.tell():
        raise ValueError("not a whole file of pixels")
    handle.seek(start)
    with np.load(io.BytesIO(handle.read(footer.extras_bytes)), allow_pickle=False) as packed:
        extras = dict(packed)
    if start == 0:
        return np.empty(shape, np.uint8), extras  # nothing cannot be mapped
    return np.memmap(path, np.uint8, "r", shape=shape), extras


def _prune(kept: Path) -> None:
    """Remove what lies longest unused beyond the limit, and what killed processes left.

    Another process that has an entry mapped keeps it: POSIX keeps the bytes, Windows the file.
    """
    now, total = time.time(), 0
    entries = [(path.stat(), path) for path in kept.parent.iterdir() if path.is_file()]
    entries.sort(key=lambda entry: entry[0].st_mtime, reverse=True)
    for stat, path in entries:
        left_over = path.suffix == ".partial" and now - stat.st_mtime > _STALE_SECONDS
        total += stat.st_size
        if left_over or (path.suffix == _SUFFIX and total > LIMIT_BYTES and path != kept):
            with contextlib.suppress(OSError):
                path.unlink()
