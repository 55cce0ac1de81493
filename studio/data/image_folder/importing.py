"""Import the user's own images as a table: read once, then opened from the cache."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.config import DataConfig
from studio.data.image_folder.class_layout import SkippedFile
from studio.data.image_folder.decoding import (
    DEFAULT_SIZE,
    DecodedBuffer,
    DecodedImage,
    decode_image,
)
from studio.data.image_folder.folder_source import FolderSource
from studio.data.image_folder.image_table import ImageTable, pack_table, unpack_table
from studio.data.image_folder.labels_csv import LabelsCsvSource
from studio.data.image_folder.sources import SampleSource, SourceFile, detect_archive_format
from studio.data.image_folder.tar_source import TarSource
from studio.data.image_folder.zip_source import ZipSource
from studio.data.ordered_map import map_ordered
from studio.data.pixel_cache import Extras, build_pixels, cannot_write_cache, open_pixels
from studio.errors import ConfigError, DatasetError, Stopped

# Increase it when the same files would give a different table.
_VERSION = 1

# What a thread decodes at once: many small images, or one large one.
_BATCH_FILES, _BATCH_BYTES = 32, 1 << 20

# The fraction of the progress that reading takes; the rest writes the cache.
_READING_FRACTION = 0.95

_LOCK_TIMEOUT_S = 0.05
_import_lock = threading.Lock()


def import_images(
    config: DataConfig,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> ImageTable:
    """Import the images at `config.path`, resized as `config` says.

    The path is a folder, an archive or a CSV label list. Images come from the cache if no file has
    changed since; the user's files are only read. Raises ConfigError without a path, LayoutError
    without class folders, DatasetError when the source is missing or damaged, when no image can be
    read and when the disk is full, Stopped when asked to stop.
    """
    if not config.path:
        hint = "Choose a folder of class folders, an archive of one, or a CSV label list."
        raise ConfigError("data.path", "No images are chosen.", hint)
    path = Path(config.path)
    on_progress(0.0, f"Opening {path.name}")
    with _exclusive_import(should_stop):
        source = _open_source(path, should_stop)
        key = _cache_key(source.digest(should_stop), config)
        cached = open_pixels(key) or _build(key, source, config, on_progress, should_stop)
    on_progress(1.0, f"Read {path.name}")
    return unpack_table(path, *cached)


@contextmanager
def _exclusive_import(should_stop: ShouldStop) -> Iterator[None]:
    """Let a second import of the same images wait for the cache instead of decoding them too."""
    while not _import_lock.acquire(timeout=_LOCK_TIMEOUT_S):
        if should_stop():
            raise Stopped
    try:
        yield
    finally:
        _import_lock.release()


def _open_source(path: Path, should_stop: ShouldStop) -> SampleSource:
    if path.is_dir():
        return FolderSource(path, should_stop)
    if path.suffix.lower() == ".csv":
        return LabelsCsvSource(path)
    archive_format = detect_archive_format(path)
    return ZipSource(path) if archive_format == "zip" else TarSource(path, archive_format)


def _cache_key(digest: str, config: DataConfig) -> str:
    text = f"{_VERSION} {digest} {config.image_size or DEFAULT_SIZE} {config.fit} {config.color}"
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _build(
    key: str,
    source: SampleSource,
    config: DataConfig,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> tuple[NDArray[np.uint8], Extras]:
    """Decode all images into a buffer, then write them to the cache, sorted by name."""
    try:
        with closing(DecodedBuffer()) as buffer:
            unreadable = _decode_all(buffer, source, config, on_progress, should_stop)
            return _write_cache(key, buffer, unreadable, source, config, should_stop)
    except OSError as error:
        raise cannot_write_cache(error) from error


def _decode_all(
    buffer: DecodedBuffer,
    source: SampleSource,
    config: DataConfig,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> list[SkippedFile]:
    """Decode all files into the buffer; returns those that cannot be read."""
    name, unreadable = Path(config.path or "").name, []
    batches = _batch_files(source.read_files(should_stop))
    with closing(map_ordered(partial(_decode_batch, config=config), batches)) as decoded:
        for results, fraction_read in decoded:
            if should_stop():
                raise Stopped
            for result in results:
                if isinstance(result, SkippedFile):
                    unreadable.append(result)
                else:
                    buffer.append(result)
            text = f"Reading {name}: {len(buffer.names):,} images"
            on_progress(fraction_read * _READING_FRACTION, text)
    return unreadable


def _batch_files(files: Iterator[SourceFile]) -> Iterator[list[SourceFile]]:
    batch: list[SourceFile] = []
    size_bytes = 0
    for file in files:
        batch.append(file)
        size_bytes += len(file.content)
        if len(batch) == _BATCH_FILES or size_bytes >= _BATCH_BYTES:
            yield batch
            batch, size_bytes = [], 0
    if batch:
        yield batch


def _decode_batch(
    files: list[SourceFile], config: DataConfig
) -> tuple[list[DecodedImage | SkippedFile], float]:
    """Decode files in a worker thread; returns results and the fraction of the source read."""
    return [decode_image(file, config) for file in files], files[-1].fraction_read


def _write_cache(
    key: str,
    buffer: DecodedBuffer,
    unreadable: list[SkippedFile],
    source: SampleSource,
    config: DataConfig,
    should_stop: ShouldStop,
) -> tuple[NDArray[np.uint8], Extras]:
    layout = source.layout()
    unreadable = [skipped for skipped in unreadable if skipped.file in layout.places]
    placed = [index for index, name in enumerate(buffer.names) if name in layout.places]
    if not placed:
        raise _nothing_readable(unreadable)
    order = sorted(placed, key=lambda index: buffer.names[index])
    size = config.image_size or DEFAULT_SIZE
    shape = max(buffer.channels[index] for index in order), size, size
    resized = f"{_VERSION} {shape} {config.fit}"
    names = [buffer.names[index] for index in order]
    return build_pixels(
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
