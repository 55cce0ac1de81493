"""Download a file over HTTP: resumable, cancellable, and verified by its checksum."""

import errno
import hashlib
import os
import shutil
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException, HTTPMessage, HTTPResponse
from pathlib import Path
from typing import IO
from urllib.error import HTTPError, URLError

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.errors import DownloadError, Stopped

_MEGABYTE = 1_000_000
_CHUNK_BYTES = 1 << 20
# How long a server may send nothing; also the longest time until should_stop is called again.
_TIMEOUT_S = 10
_PARTIAL_CONTENT = 206
_RANGE_NOT_SATISFIABLE = 416


def download_file(
    url: str,
    target: Path,
    checksum: str,
    title: str,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> None:
    """Download `url` to `target`, which appears only when complete and verified.

    `checksum` is the algorithm and the hex digits or the first of them, as in `sha256:8a719046`.
    When the connection breaks or the download is stopped, the bytes received stay beside `target`
    in a `.partial` file, with which the next call continues. A redirect from https to http is
    refused. Raises DownloadError saying what failed and what to do, Stopped when asked to stop.
    """
    partial = target.with_name(f"{target.name}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _complete(url, partial, title, on_progress, should_stop)
        on_progress(1.0, f"Checking {title}")
        _verify(partial, checksum, title)
        partial.replace(target)
    except OSError as error:
        raise DownloadError(
            f"{title} cannot be written to “{target.parent}”: {error.strerror or error}.",
            "Free some space, or choose another folder with --data-dir or VGG_STUDIO_DATA.",
        ) from None


class _ConnectionLostError(Exception):
    """The server did not answer, or stopped before the end; not an error of the disk."""


class HttpsOnlyRedirectHandler(urllib.request.HTTPRedirectHandler):
    """Refuses redirects from https to http."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if req.type == "https" and not newurl.startswith("https:"):
            raise URLError(f"{req.host} redirects to an address that is not encrypted")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _complete(
    url: str, partial: Path, title: str, on_progress: OnProgress, should_stop: ShouldStop
) -> None:
    """Bring `partial` to its full size; try again as long as each attempt receives something."""
    while True:
        size = _file_size(partial)
        try:
            _receive(url, partial, title, on_progress, should_stop)
        except _ConnectionLostError as lost:
            if _file_size(partial) <= size:
                raise DownloadError(
                    f"{title} could not be downloaded: {lost}.",
                    "Check the network and try again; the download continues where it stopped.",
                ) from None
        else:
            return


def _receive(
    url: str, partial: Path, title: str, on_progress: OnProgress, should_stop: ShouldStop
) -> None:
    """Request what is missing, once. Raises _ConnectionLostError, OSError of the disk, Stopped."""
    response = _request(url, _file_size(partial))
    if response is None:
        return
    with response, partial.open("ab") as handle:
        if response.status != _PARTIAL_CONTENT:  # the server sends the whole file
            handle.truncate(0)
        size = _file_size(partial)
        total = size + int(response.headers.get("Content-Length") or 0)
        _check_space(partial, total - size)
        for chunk in _chunks(response):
            handle.write(chunk)
            if (size + len(chunk)) // _MEGABYTE > size // _MEGABYTE:
                on_progress(size / max(total, size), _progress_text(title, size, total))
            size += len(chunk)
            if should_stop():
                raise Stopped
        handle.flush()
        os.fsync(handle.fileno())
    if size < total:
        raise _ConnectionLostError(f"the connection ended after {size // _MEGABYTE} MB")


def _request(url: str, start: int) -> HTTPResponse | None:
    """Request the bytes from `start` on; None if there are none."""
    headers = {"User-Agent": "vgg-studio"} | ({"Range": f"bytes={start}-"} if start else {})
    opener = urllib.request.build_opener(HttpsOnlyRedirectHandler)
    try:
        response: HTTPResponse = opener.open(
            urllib.request.Request(url, headers=headers), timeout=_TIMEOUT_S
        )
    except HTTPError as error:
        error.close()
        if error.code == _RANGE_NOT_SATISFIABLE:
            return None
        raise _ConnectionLostError(f"{url} answers {error.code} {error.reason}") from None
    except (OSError, HTTPException) as error:
        raise _ConnectionLostError(_reason(error)) from None
    return response


def _chunks(response: HTTPResponse) -> Iterator[bytes]:
    while True:
        try:
            # read1 returns what has arrived, so that should_stop is called soon on a slow line.
            chunk = response.read1(_CHUNK_BYTES)
        except (OSError, HTTPException) as error:
            raise _ConnectionLostError(_reason(error)) from None
        if not chunk:
            return
        yield chunk


def _check_space(partial: Path, needed_bytes: int) -> None:
    free_bytes = shutil.disk_usage(partial.parent).free
    if free_bytes < needed_bytes:
        needed, free = needed_bytes // _MEGABYTE, free_bytes // _MEGABYTE
        raise OSError(errno.ENOSPC, f"{needed} MB are needed, {free} MB are free")


def _verify(partial: Path, checksum: str, title: str) -> None:
    algorithm, _, expected = checksum.partition(":")
    with partial.open("rb") as handle:
        digest = hashlib.file_digest(handle, lambda: hashlib.new(algorithm, usedforsecurity=False))
    if not digest.hexdigest().startswith(expected):
        partial.unlink()
        raise DownloadError(
            f"{title} is not the published file: its checksum is wrong.",
            "Try again; the file that was received is deleted.",
        )


def _reason(error: Exception) -> str:
    """The reason of an error without its number."""
    reason = error.reason if isinstance(error, URLError) else error
    return str(getattr(reason, "strerror", None) or reason or "the answer was not HTTP")


def _progress_text(title: str, size: int, total: int) -> str:
    return f"Downloading {title}: {size // _MEGABYTE} of {max(total, size) // _MEGABYTE} MB"


def _file_size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
