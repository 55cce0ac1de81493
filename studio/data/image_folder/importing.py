"""The user's own pictures as a table: read once, then opened from the cache."""

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
from studio.data.image_folder.archives import archive_kind
from studio.data.image_folder.decoding import DEFAULT_SIZE, Decoded, decode
from studio.data.image_folder.folder_source import FolderSource
from studio.data.image_folder.image_table import ImageTable, SkippedFile
from studio.data.image_folder.labels_csv import LabelList
from studio.data.image_folder.packing import pack, unpack
from studio.data.image_folder.pool import map_ordered
from studio.data.image_folder.source import Member, Source
from studio.data.image_folder.spool import Spool
from studio.data.image_folder.tar_source import TarSource
from studio.data.image_folder.zip_source import ZipSource
from studio.data.pixel_cache import Extras, build_pixels, cannot_keep, open_pixels
from studio.errors import ConfigError, DatasetError, Stopped

# Changes when the same files would give another table.
_VERSION = 1

# What a thread takes at once: small pictures by the handful, large ones one by one.
_HANDFUL, _HANDFUL_BYTES = 32, 1 << 20

# Reading is most of the work; the rest is to put the pictures in order.
_READING_SHARE = 0.95

_WAIT_SECONDS = 0.05
_importing = threading.Lock()


def import_images(
    config: DataConfig,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> ImageTable:
    """Read the pictures at `config.path`, fitted to the size, the way and the colours it says.

    That is a folder, an archive or a list of labels; what was read before is opened from the cache
    as long as no file has changed. The user's files are never written to. Raises ConfigError
    without a path, LayoutError without class folders, DatasetError when the source is missing or
    damaged, no picture can be read or the disk is full, Stopped when asked to stop.
    """
    if not config.path:
        hint = "Choose a folder of class folders, an archive of one, or a CSV file of labels."
        raise ConfigError("data.path", "No pictures are chosen.", hint)
    path = Path(config.path)
    on_progress(0.0, f"Looking at {path.name}")
    with _one_at_a_time(should_stop):
        source = _open(path, should_stop)
        key = _cache_key(source.digest(should_stop), config)
        found = open_pixels(key) or _build(key, source, config, on_progress, should_stop)
    on_progress(1.0, f"Read {path.name}")
    return unpack(path, *found)


@contextmanager
def _one_at_a_time(should_stop: ShouldStop) -> Iterator[None]:
    """Two that want the same pictures would decode them twice; so the second one waits."""
    while not _importing.acquire(timeout=_WAIT_SECONDS):
        if should_stop():
            raise Stopped
    try:
        yield
    finally:
        _importing.release()


def _open(path: Path, should_stop: ShouldStop) -> Source:
    if path.is_dir():
        return FolderSource(path, should_stop)
    if path.suffix.lower() == ".csv":
        return LabelList(path)
    kind = archive_kind(path)
    return ZipSource(path) if kind == "zip" else TarSource(path, kind)


def _cache_key(digest: str, config: DataConfig) -> str:
    text = f"{_VERSION} {digest} {config.image_size or DEFAULT_SIZE} {config.fit} {config.color}"
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _build(
    key: str, source: Source, config: DataConfig, on_progress: OnProgress, should_stop: ShouldStop
) -> tuple[NDArray[np.uint8], Extras]:
    """Read everything into a spool, then write the cache in the order of names."""
    try:
        with Spool() as spool:
            unreadable = _fill(spool, source, config, on_progress, should_stop)
            return _keep(key, spool, unreadable, source, config, should_stop)
    except OSError as error:
        raise cannot_keep(error) from error


def _fill(
    spool: Spool,
    source: Source,
    config: DataConfig,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> list[SkippedFile]:
    """Decode all members; those that cannot be read come back."""
    name, unreadable = Path(config.path or "").name, []
    work = partial(_decode_all, config=config)
    with closing(map_ordered(work, _handfuls(source.members(should_stop)))) as handfuls:
        for results, share in handfuls:
            if should_stop():
                raise Stopped
            for result in results:
                if isinstance(result, SkippedFile):
                    unreadable.append(result)
                else:
                    spool.add(result)
            text = f"Reading {name}: {len(spool.names):,} pictures"
            on_progress(share * _READING_SHARE, text)
    return unreadable


def _handfuls(members: Iterator[Member]) -> Iterator[list[Member]]:
    handful: list[Member] = []
    size = 0
    for member in members:
        handful.append(member)
        size += len(member.data)
        if len(handful) == _HANDFUL or size >= _HANDFUL_BYTES:
            yield handful
            handful, size = [], 0
    if handful:
        yield handful


def _decode_all(
    members: list[Member], config: DataConfig
) -> tuple[list[Decoded | SkippedFile], float]:
    """Runs in a thread of the pool. The share is that of the last member."""
    return [decode(member, config) for member in members], members[-1].share


def _keep(
    key: str, spool: Spool, unreadable: list[SkippedFile], source: Source, config: DataConfig,
    should_stop: ShouldStop,
) -> tuple[NDArray[np.uint8], Extras]:  # fmt: skip
    layout = source.layout()
    unreadable = [stray for stray in unreadable if stray.file in layout.places]
    placed = [index for index, name in enumerate(spool.names) if name in layout.places]
    if not placed:
        raise _nothing_readable(unreadable)
    order = sorted(placed, key=lambda index: spool.names[index])
    side = config.image_size or DEFAULT_SIZE
    shape = max(spool.channels[index] for index in order), side, side
    fitted = f"{_VERSION} {shape} {config.fit}"
    return build_pixels(
        key,
        shape,
        _until(spool.rows(order, shape), should_stop),
        lambda: pack(
            [spool.names[i] for i in order], spool.facts(order), layout, unreadable, fitted
        ),
    )


def _until(
    rows: Iterator[NDArray[np.uint8]], should_stop: ShouldStop
) -> Iterator[NDArray[np.uint8]]:
    for row in rows:
        if should_stop():
            raise Stopped
        yield row


def _nothing_readable(unreadable: list[SkippedFile]) -> DatasetError:
    first = unreadable[0]
    return DatasetError(
        f"None of the {len(unreadable):,} pictures can be read.",
        f"The first: “{first.file}”, {first.reason}.",
    )
