"""Bringing a data set into the data folder, with progress and cancel, all of it or nothing."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.data.datasets import DatasetInfo, files_together, find_dataset
from studio.errors import DatasetError, Stopped

_FETCH = (sys.executable, "-m", "studio.data.fetch")
_PACKED = (".gz", ".zip")
_POLL_SECONDS = 0.1
_MEGABYTE = 1_000_000


def download_dataset(
    source_id: str,
    data_dir: Path,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> None:
    """Download a set with torchvision's own code, checked against its checksums.

    Files appear in `data_dir` only when all have arrived whole. Raises DatasetError saying what
    failed and what to do, Stopped when asked to stop; both leave nothing behind.
    """
    source = find_dataset(source_id)
    if source.is_builtin:
        on_progress(1.0, f"{source.title} ships with the program")
        return
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        _check_space(source, data_dir)
        with tempfile.TemporaryDirectory(prefix=".download-", dir=data_dir) as folder:
            _fetch(source, Path(folder), on_progress, should_stop)
            _move(source, Path(folder), data_dir)
    except OSError as error:
        raise DatasetError(
            f"{source.title} cannot be written into “{data_dir}”: {error.strerror or error}.",
            "Choose another folder with --data-dir or VGG_STUDIO_DATA.",
        ) from None


def _check_space(source: DatasetInfo, data_dir: Path) -> None:
    # What has arrived is deleted only when all of it is unpacked.
    needed = source.unpacked_bytes + source.download_mb * _MEGABYTE
    free = shutil.disk_usage(data_dir).free
    if free < needed:
        raise DatasetError(
            f"{source.title} needs {needed // _MEGABYTE} MB, {free // _MEGABYTE} MB are free.",
            "Make room or choose another folder with --data-dir.",
        )


def _fetch(
    source: DatasetInfo,
    folder: Path,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> None:
    command = [*_FETCH, source.kind, str(folder)]
    command += ["--mirrors", *source.mirrors, "--files", *files_together(source)]
    # A file, not a pipe: a pipe nobody reads would block a talkative child.
    with (folder / "log").open("wb+") as log:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
        try:
            _watch(child, source, folder, on_progress, should_stop)
        finally:
            child.kill()
            child.wait()
        if child.returncode != 0:
            log.seek(0)
            raise _failure(source, log.read().decode(errors="replace"))


def _watch(
    child: "subprocess.Popen[bytes]",
    source: DatasetInfo,
    folder: Path,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> None:
    """Report what has arrived until the child ends. Raises Stopped when asked to stop."""
    total = source.download_mb * _MEGABYTE
    while True:
        try:
            child.wait(_POLL_SECONDS)
            return
        except subprocess.TimeoutExpired:
            arrived = _arrived(folder)
            text = f"Downloading {source.title}: {arrived // _MEGABYTE} of {source.download_mb} MB"
            on_progress(min(arrived / total, 0.99), text)
        if should_stop():
            raise Stopped


def _arrived(folder: Path) -> int:
    """Bytes of the packed files."""
    packed = (path for path in folder.rglob("*") if path.suffix in _PACKED)
    return sum(path.stat().st_size for path in packed if path.exists())


def _failure(source: DatasetInfo, log: str) -> DatasetError:
    lines = [line for line in log.splitlines() if line.strip()] or ["no reason given"]
    return DatasetError(
        f"{source.title} could not be downloaded: {lines[-1].strip().rstrip('.')}.",
        "Check the network and try again; nothing was kept.",
    )


def _move(source: DatasetInfo, folder: Path, data_dir: Path) -> None:
    """Put the unpacked files in place; the packed ones have served their purpose."""
    target = source.raw_dir(data_dir)
    target.mkdir(parents=True, exist_ok=True)
    for name in files_together(source):
        (source.raw_dir(folder) / name).replace(target / name)
