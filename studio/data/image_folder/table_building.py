"""Build the table of images in the cache, as the work of a child process."""

import hashlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.callbacks import OnProgress, ShouldStop
from studio.data.image_folder.class_layout import SkippedFile
from studio.data.image_folder.decode_pool import DecodePool
from studio.data.image_folder.decoded_buffer import DecodedBuffer
from studio.data.image_folder.decoding import DecodedImage, TargetFormat
from studio.data.image_folder.folder_source import FolderSource
from studio.data.image_folder.image_table import pack_table
from studio.data.image_folder.labels_csv import LabelsCsvSource
from studio.data.image_folder.sources import SampleSource, detect_archive_format
from studio.data.image_folder.tar_source import TarSource
from studio.data.image_folder.zip_source import ZipSource
from studio.data.pixel_cache import build_pixels, cannot_write_cache, open_pixels
from studio.errors import DatasetError, Stopped

# Increase it when the same files would give a different table.
_VERSION = 2

# The fraction of the progress that reading takes; the rest writes the cache.
_READING_FRACTION = 0.95


def build_table(
    path: str, target: dict[str, Any], on_progress: OnProgress, should_stop: ShouldStop
) -> str:
    """Write the images at `path` to the cache, unless they are there; returns their key.

    `target` has the fields of TargetFormat. Raises what `import_images` raises.
    """
    wanted, location = TargetFormat(**target), Path(path)
    source = open_source(location, should_stop)
    key = _cache_key(source.digest(should_stop), wanted)
    if open_pixels(key) is None:
        _build(key, location.name, source, wanted, on_progress, should_stop)
    return key


def open_source(path: Path, should_stop: ShouldStop) -> SampleSource:
    """Open a folder, a label list or an archive. Raises DatasetError, Stopped."""
    if path.is_dir():
        return FolderSource(path, should_stop)
    if path.suffix.lower() == ".csv":
        return LabelsCsvSource(path, should_stop)
    archive_format = detect_archive_format(path)
    return ZipSource(path) if archive_format == "zip" else TarSource(path, archive_format)


def _cache_key(digest: str, target: TargetFormat) -> str:
    text = f"{_VERSION} {digest} {target.size} {target.fit} {target.color}"
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _build(
    key: str,
    name: str,
    source: SampleSource,
    target: TargetFormat,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> None:
    """Decode all images into a buffer, then write them to the cache, sorted by name."""
    try:
        with closing(DecodedBuffer()) as buffer:
            unreadable = _decode_all(buffer, name, source, target, on_progress, should_stop)
            _write_cache(key, buffer, unreadable, source, target, should_stop)
    except OSError as error:
        raise cannot_write_cache(error) from error


def _decode_all(
    buffer: DecodedBuffer,
    name: str,
    source: SampleSource,
    target: TargetFormat,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> list[SkippedFile]:
    """Decode all files into the buffer; returns those that cannot be read."""
    unreadable = []
    with DecodePool(target, should_stop) as pool, closing(source.read_files(should_stop)) as files:
        for results, fraction_read in pool.decode(files):
            for result in results:
                if isinstance(result, DecodedImage):
                    buffer.append(result)
                elif isinstance(result, SkippedFile):
                    unreadable.append(result)
            text = f"Reading {name}: {len(buffer.names):,} images"
            on_progress(fraction_read * _READING_FRACTION, text)
    return unreadable


def _write_cache(
    key: str,
    buffer: DecodedBuffer,
    unreadable: list[SkippedFile],
    source: SampleSource,
    target: TargetFormat,
    should_stop: ShouldStop,
) -> None:
    layout = source.layout()
    unreadable = [skipped for skipped in unreadable if skipped.file in layout.places]
    placed = [index for index, name in enumerate(buffer.names) if name in layout.places]
    if not placed:
        raise _nothing_readable(unreadable)
    order = sorted(placed, key=lambda index: buffer.names[index])
    shape = max(buffer.channels[index] for index in order), target.size, target.size
    resized = f"{_VERSION} {shape} {target.fit}"
    names = [buffer.names[index] for index in order]
    build_pixels(
        key,
        shape,
        _stoppable(buffer.read(order, shape), should_stop),
        lambda: pack_table(names, buffer.facts(order), layout, unreadable, resized),
    )


def _stoppable(
    images: Iterator[NDArray[np.uint8]], should_stop: ShouldStop
) -> Iterator[NDArray[np.uint8]]:
    for image in images:
        if should_stop():
            raise Stopped
        yield image


def _nothing_readable(unreadable: list[SkippedFile]) -> DatasetError:
    first = unreadable[0]
    return DatasetError(
        f"None of the {len(unreadable):,} images can be read.",
        f"The first: “{first.file}”, {first.reason}.",
    )
