"""Download a known dataset into the data folder, in the layout that torchvision expects."""

import gzip
import shutil
import tarfile
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.data.datasets import Archive, DatasetInfo, files_in_folder, find_dataset
from studio.data.formats.idx import find_idx
from studio.errors import DatasetError, DownloadError, Stopped
from studio.files import write_atomic

BinaryReader = gzip.GzipFile | IO[bytes]

_MEGABYTE = 1_000_000
_CHUNK_BYTES = 1 << 20


def download_dataset(
    dataset_id: str,
    data_dir: Path,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> None:
    """Download, verify and unpack the archives of a dataset; they are deleted afterwards.

    What was received when the download fails or is stopped is kept, and the next call continues
    with it. Datasets of one archive are downloaded together. Raises DatasetError saying what failed
    and what to do, Stopped when asked to stop.
    """
    info = find_dataset(dataset_id)
    if info.is_builtin:
        on_progress(1.0, f"{info.title} comes with the program")
        return
    folder = info.raw_dir(data_dir)
    missing = {name for name in files_in_folder(info) if find_idx(folder, name) is None}
    archives = [archive for archive in info.archives if missing.intersection(archive.files)]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _check_space(info, archives, folder)
        for index, archive in enumerate(archives):
            report = _total_progress(info.title, archives, index, on_progress)
            _download(archive, folder, info.title, report, should_stop)
            on_progress(_fraction(archives, index + 1), f"Unpacking {info.title}")
            _unpack(folder / archive.name, missing.intersection(archive.files), should_stop)
    except DownloadError as error:
        raise DatasetError(error.message, error.hint) from None
    except OSError as error:
        raise DatasetError(
            f"{info.title} cannot be written to “{data_dir}”: {error.strerror or error}.",
            "Choose another folder with --data-dir or VGG_STUDIO_DATA.",
        ) from None
    on_progress(1.0, f"{info.title} is in {folder}")


def _check_space(info: DatasetInfo, archives: list[Archive], folder: Path) -> None:
    needed_bytes = info.unpacked_bytes + sum(archive.size_bytes for archive in archives)
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < needed_bytes:
        needed, free = needed_bytes // _MEGABYTE, free_bytes // _MEGABYTE
        raise DatasetError(
            f"{info.title} needs {needed} MB, {free} MB are free.",
            "Free some space or choose another folder with --data-dir.",
        )


def _fraction(archives: list[Archive], count: int, extra_bytes: float = 0.0) -> float:
    """The fraction of all bytes that the first `count` archives and the extra bytes are."""
    received = sum(archive.size_bytes for archive in archives[:count]) + extra_bytes
    return received / sum(archive.size_bytes for archive in archives)


def _total_progress(
    title: str, archives: list[Archive], index: int, on_progress: OnProgress
) -> OnProgress:
    """Return an `OnProgress` for one archive that reports the progress of all of them."""
    total_mb = sum(archive.size_bytes for archive in archives) / _MEGABYTE

    def report(fraction: float, _message: str) -> None:
        total = _fraction(archives, index, fraction * archives[index].size_bytes)
        on_progress(total, f"Downloading {title}: {total * total_mb:.0f} of {total_mb:.0f} MB")

    return report


def _download(
    archive: Archive, folder: Path, title: str, on_progress: OnProgress, should_stop: ShouldStop
) -> None:
    from studio.download import download_file, has_checksum  # late: the window starts without HTTP

    target, checksum = folder / archive.name, f"sha256:{archive.sha256}"
    # It is there when it was not unpacked, because an earlier call was stopped.
    if target.is_file() and has_checksum(target, checksum):
        return
    url, size_bytes = archive.url, archive.size_bytes
    download_file(url, target, checksum, title, on_progress, should_stop, size_bytes)


def _unpack(archive: Path, names: set[str], should_stop: ShouldStop) -> None:
    """Write the files of these names beside the archive, one by one, then delete the archive."""
    for name, source in _open_members(archive, names):
        write_atomic(archive.with_name(name), partial(_copy, source, should_stop))
    archive.unlink()


def _open_members(archive: Path, names: set[str]) -> Iterator[tuple[str, BinaryReader]]:
    """Open those of `names` in a .zip of gzipped files, in a .tar.gz, or the one in a .gz file."""
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as zipped:
            for member in zipped.namelist():
                if (name := PurePosixPath(member).stem) in names:
                    with zipped.open(member) as packed, gzip.open(packed) as source:
                        yield name, source
    elif archive.name.endswith(".tar.gz"):
        with tarfile.open(archive, "r|gz") as tarred:
            for info in tarred:
                name = PurePosixPath(info.name).name
                if name in names and (reader := tarred.extractfile(info)):
                    yield name, reader
    else:
        with gzip.open(archive) as source:
            yield archive.stem, source


def _copy(source: BinaryReader, should_stop: ShouldStop, target: Path) -> None:
    with target.open("wb") as handle:
        while chunk := source.read(_CHUNK_BYTES):
            if should_stop():
                raise Stopped
            handle.write(chunk)
