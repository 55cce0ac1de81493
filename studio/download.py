"""Download a file over HTTP: resumable, cancellable, and verified by its checksum."""

import errno
import hashlib
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.errors import DownloadError, Stopped
from studio.http_request import Answer, ServerError, request_from

_MEGABYTE = 1_000_000

# After these pauses the download is tried again. Once an attempt receives as much as
# _MIN_PROGRESS_BYTES, the count begins anew.
_PAUSES_S = (1.0, 2.0, 4.0, 8.0)
_MIN_PROGRESS_BYTES = 256 * 1024
_MAX_ATTEMPTS = 1000

# A server that sends less in this time is as good as silent.
_SLOW_WINDOW_S = 60.0
_SLOW_BYTES = 10_000

_RETRY_HINT = "Check the network and try again; the download continues where it stopped."


def download_file(
    url: str,
    target: Path,
    checksum: str,
    title: str,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
    max_bytes: int | None = None,
) -> None:
    """Download `url` to `target`, which appears only when complete and verified.

    `checksum` is the algorithm and the hex digits or the first of them, as in `sha256:8a719046`. A
    file of more than `max_bytes` is refused. When the connection breaks or the download is stopped,
    the bytes received stay beside `target` in a `.partial` file, with which the next call
    continues. A redirect from https to http is refused. Whatever the server sends, the download
    ends: after five attempts in a row with little progress, or when it is too large. Raises
    DownloadError saying what failed and what to do, Stopped when asked to stop.
    """
    download = _Download(url, target.with_name(f"{target.name}.partial"), title, max_bytes)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        download.complete(on_progress, should_stop)
        on_progress(1.0, f"Checking {title}")
        if not has_checksum(download.partial, checksum):
            raise download.refuse("its checksum is wrong")
        download.partial.replace(target)
    except OSError as error:
        raise DownloadError(
            f"{title} cannot be written to “{target.parent}”: {error.strerror or error}.",
            "Free some space, or choose another folder with --data-dir or VGG_STUDIO_DATA.",
        ) from None


def has_checksum(path: Path, checksum: str) -> bool:
    """Whether a file has a checksum of the form that `download_file` takes. Raises OSError."""
    algorithm, _, expected = checksum.partition(":")
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, lambda: hashlib.new(algorithm, usedforsecurity=False))
    return digest.hexdigest().startswith(expected)


class _TooLargeError(Exception):
    """The file has more bytes than the published one."""


@dataclass
class _Download:
    """One file on its way into `partial`."""

    url: str
    partial: Path
    title: str
    max_bytes: int | None

    def complete(self, on_progress: OnProgress, should_stop: ShouldStop) -> None:
        """Bring the file to its full size, in as many attempts as make progress."""
        pauses, has_received = iter(_PAUSES_S), False
        for attempt in range(1, _MAX_ATTEMPTS + 1):
            size = _file_size(self.partial)
            try:
                self._receive(on_progress, should_stop)
                return
            except _TooLargeError:
                raise self.refuse("it is too large") from None
            except ServerError as error:
                received = _file_size(self.partial) - size
                has_received = has_received or received > 0
                if received >= _MIN_PROGRESS_BYTES:
                    pauses = iter((0.0, *_PAUSES_S))
                pause_s = next(pauses, None)
                if (
                    pause_s is None
                    or error.is_final
                    or not has_received
                    or attempt == _MAX_ATTEMPTS
                ):
                    message = f"{self.title} could not be downloaded: {error}."
                    raise DownloadError(message, _RETRY_HINT) from None
            _wait(pause_s, should_stop)

    def refuse(self, reason: str) -> DownloadError:
        """Delete what was received, and make the error that says why."""
        self.partial.unlink(missing_ok=True)
        return DownloadError(
            f"{self.title} is not the published file: {reason}.",
            "Try again; the file that was received is deleted.",
        )

    def _receive(self, on_progress: OnProgress, should_stop: ShouldStop) -> None:
        """Request what is missing, once. Raises ServerError, _TooLargeError, OSError, Stopped."""
        answer = request_from(self.url, _file_size(self.partial), should_stop)
        if answer is None:
            return
        with answer.response:
            self._check_size(answer.start + answer.length)
            _check_space(self.partial, answer.length)
            size = self._append(answer, on_progress, should_stop)
        if size < answer.start + answer.length:
            raise ServerError(f"the connection ended after {size // _MEGABYTE} MB")

    def _append(self, answer: Answer, on_progress: OnProgress, should_stop: ShouldStop) -> int:
        """Write what arrives to the file; return its size."""
        size, total = answer.start, answer.start + answer.length
        speed = _SpeedLimit()
        with self.partial.open("ab") as handle:
            handle.truncate(size)  # to nothing if the server sends the whole file
            for chunk in answer.chunks():
                handle.write(chunk)
                if (size + len(chunk)) // _MEGABYTE > size // _MEGABYTE:
                    on_progress(size / max(total, size), _progress_text(self.title, size, total))
                size += len(chunk)
                self._check_size(size)
                if should_stop():
                    raise Stopped
                speed.check(size)
            handle.flush()
            os.fsync(handle.fileno())
        return size

    def _check_size(self, size: int) -> None:
        if self.max_bytes is not None and size > self.max_bytes:
            raise _TooLargeError


class _SpeedLimit:
    """Raises ServerError when hardly anything arrives for `_SLOW_WINDOW_S`."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._size: int | None = None

    def check(self, size: int) -> None:
        now = time.monotonic()
        if self._size is None:
            self._size = size
        elif now - self._began >= _SLOW_WINDOW_S:
            if size - self._size < _SLOW_BYTES:
                raise ServerError("the server sends almost nothing")
            self._began, self._size = now, size


def _wait(seconds: float, should_stop: ShouldStop) -> None:
    deadline = time.monotonic() + seconds
    while not should_stop():
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            return
        time.sleep(min(remaining, 0.1))
    raise Stopped


def _check_space(partial: Path, needed_bytes: int) -> None:
    free_bytes = shutil.disk_usage(partial.parent).free
    if free_bytes < needed_bytes:
        needed, free = needed_bytes // _MEGABYTE, free_bytes // _MEGABYTE
        raise OSError(errno.ENOSPC, f"{needed} MB are needed, {free} MB are free")


def _progress_text(title: str, size: int, total: int) -> str:
    return f"Downloading {title}: {size // _MEGABYTE} of {max(total, size) // _MEGABYTE} MB"


def _file_size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
