"""Import the user's own images as a table: read once, then opened from the cache."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.config import DataConfig
from studio.data.image_folder.decoding import TargetFormat
from studio.data.image_folder.image_table import ImageTable, unpack_table
from studio.data.pixel_cache import open_pixels, pixel_cache_dir
from studio.errors import ConfigError, DatasetError, Stopped
from studio.isolation import Limits, run_isolated

_FUNCTION = "studio.data.image_folder.table_building:build_table"

# Of the process that reads; those that decode have a budget of their own.
_LIMITS = Limits(memory_bytes=1_000_000_000)

_LOCK_TIMEOUT_S = 0.05
_import_lock = threading.Lock()


def import_images(
    config: DataConfig,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> ImageTable:
    """Import the images at `config.path`, resized as `config` says.

    The path is a folder, an archive or a CSV label list. A child process reads it, and further
    ones decode the images: whatever the files contain, they end within half a second when asked to
    stop. Images come from the cache if no file has changed since; the user's files are only read.
    Raises ConfigError without a path, LayoutError without class folders, DatasetError when the
    source is missing or damaged, when no image can be read and when the disk is full,
    IsolationError when it takes too much memory, Stopped when asked to stop.
    """
    if not config.path:
        hint = "Choose a folder of class folders, an archive of one, or a CSV label list."
        raise ConfigError("data.path", "No images are chosen.", hint)
    path = Path(config.path)
    on_progress(0.0, f"Opening {path.name}")
    arguments = {"path": str(path), "target": asdict(TargetFormat.from_config(config))}
    with _exclusive_import(should_stop):
        subject = f"“{path.name}”"
        key = run_isolated(
            _FUNCTION, arguments, _LIMITS, on_progress, should_stop, subject, reuse=True
        )
        cached = open_pixels(key)
    if cached is None:
        raise DatasetError(f"The prepared images in “{pixel_cache_dir()}” cannot be read back.")
    on_progress(1.0, f"Read {path.name}")
    return unpack_table(path, *cached)


@contextmanager
def _exclusive_import(should_stop: ShouldStop) -> Iterator[None]:
    """Let a second import wait: the same images are then in the cache, and memory is limited."""
    while not _import_lock.acquire(timeout=_LOCK_TIMEOUT_S):
        if should_stop():
            raise Stopped
    try:
        yield
    finally:
        _import_lock.release()
