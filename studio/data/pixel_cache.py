"""Prepared images kept on disk under a key: written once, then memory-mapped."""

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

# When a new entry makes the folder larger than this, the least recently used ones are deleted.
MAX_CACHE_BYTES = 20_000_000_000

# Partial files older than this are from a killed process: no writer pauses for an hour.
_STALE_S = 3600

# An entry is one file: all pixels, the extras as .npz, and a footer with their sizes, which a
# truncated file lacks.
_SUFFIX = ".pixels"
_MAGIC = b"VGGPIX01"
_FOOTER = struct.Struct("<8s5Q")


class _Footer(NamedTuple):
    magic: bytes
    image_count: int
    channels: int
    height: int
    width: int
    extras_bytes: int


def pixel_cache_dir() -> Path:
    """The folder of the prepared images, all of which can be prepared again."""
    return cache_dir() / "pictures"


def open_pixels(key: str) -> tuple[Pixels, Extras] | None:
    """Open an entry: pixels uint8 [N, C, S, S], memory-mapped and read-only, and its extras.

    Returns None when there is no entry under the key or it is damaged.
    """
    path = _entry_path(key)
    try:
        with path.open("rb") as handle:
            entry = _read_entry(path, handle)
        path.touch()  # marks it as used
    except (OSError, ValueError, KeyError, struct.error, zipfile.BadZipFile):
        return None
    return entry


def build_pixels(
    key: str,
    shape: tuple[int, int, int],
    images: Iterable[Pixels],
    make_extras: Callable[[], Mapping[str, NDArray[Any]]],
) -> tuple[Pixels, Extras]:
    """Write `images`, each uint8 of `shape` (C, S, S), as the entry of the key, and open it.

    `make_extras` is called after the last image. A partial entry is never opened, whenever the
    process is killed. Raises DatasetError when the disk is full, and whatever `images` raises.
    """
    path = _entry_path(key)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, lambda partial: _write_entry(partial, shape, images, make_extras))
    except OSError as error:
        raise cannot_write_cache(error) from error
    _prune(path)
    entry = open_pixels(key)
    if entry is None:
        raise DatasetError(f"The prepared images in “{path.parent}” cannot be read back.")
    return entry


def cannot_write_cache(error: OSError) -> DatasetError:
    """Make the error for a cache that cannot be written."""
    reason = error.strerror or str(error)
    return DatasetError(
        f"The prepared images cannot be written to “{pixel_cache_dir()}”: {reason}.",
        "Free some space on that disk, or choose a smaller image size.",
    )


def _entry_path(key: str) -> Path:
    return pixel_cache_dir() / f"{key}{_SUFFIX}"


def _write_entry(
    partial: Path,
    shape: tuple[int, int, int],
    images: Iterable[Pixels],
    make_extras: Callable[[], Mapping[str, NDArray[Any]]],
) -> None:
    packed = io.BytesIO()
    with partial.open("wb", buffering=1 << 20) as handle:
        count = 0
        for count, image in enumerate(images, 1):  # noqa: B007
            if image.shape != shape or image.dtype != np.uint8:
                raise ValueError(f"an image must be uint8 {shape}, not {image.dtype} {image.shape}")
            handle.write(np.ascontiguousarray(image).data)
        np.savez(packed, allow_pickle=False, **make_extras())
        handle.write(packed.getbuffer())
        handle.write(_FOOTER.pack(*_Footer(_MAGIC, count, *shape, packed.tell())))


def _read_entry(path: Path, handle: io.BufferedReader) -> tuple[Pixels, Extras]:
    """Raises ValueError and other errors when the file is damaged."""
    handle.seek(-_FOOTER.size, io.SEEK_END)
    footer = _Footer(*_FOOTER.unpack(handle.read()))
    shape = footer[1:5]
    pixel_bytes = footer.image_count * footer.channels * footer.height * footer.width
    if footer.magic != _MAGIC or pixel_bytes + footer.extras_bytes + _FOOTER.size != handle.tell():
        raise ValueError("not a complete entry")
    handle.seek(pixel_bytes)
    with np.load(io.BytesIO(handle.read(footer.extras_bytes)), allow_pickle=False) as packed:
        extras = dict(packed)
    if pixel_bytes == 0:
        return np.empty(shape, np.uint8), extras  # zero bytes cannot be mapped
    return np.memmap(path, np.uint8, "r", shape=shape), extras


def _prune(newest: Path) -> None:
    """Delete the least recently used entries above the limit, and partial files.

    A process that has mapped an entry keeps it: POSIX keeps the bytes, Windows the file.
    """
    now, total_bytes = time.time(), 0
    entries = []
    for path in filter(Path.is_file, newest.parent.iterdir()):
        with contextlib.suppress(FileNotFoundError):  # another thread or process renamed it
            entries.append((path.stat(), path))
    entries.sort(key=lambda entry: entry[0].st_mtime, reverse=True)
    for stat, path in entries:
        is_stale = path.suffix == ".partial" and now - stat.st_mtime > _STALE_S
        total_bytes += stat.st_size
        is_over_limit = total_bytes > MAX_CACHE_BYTES and path != newest
        if is_stale or (path.suffix == _SUFFIX and is_over_limit):
            with contextlib.suppress(OSError):
                path.unlink()
