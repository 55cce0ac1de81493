"""One file over HTTP: with progress and cancel, gone on with where it broke off, and checked."""

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
_CHUNK = 1 << 20
# How long a server may be silent; also the longest that a wish to stop can go unheard.
_PATIENCE_SECONDS = 10
_RANGE_NOT_SATISFIABLE = 416


def download_file(
    url: str,
    target: Path,
    sha256: str,
    title: str,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> None:
    """Fetch `url` to `target`, which appears only when whole; `sha256` may be a beginning of it.

    What has arrived when it breaks off or is stopped stays beside `target` as `.partial`, and the
    next call goes on there. An https address never leads to an http one. Raises DownloadError
    saying what failed and what to do, Stopped when asked to stop.
    """
    partial = target.with_name(f"{target.name}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _fetch(url, partial, title, on_progress, should_stop)
        on_progress(1.0, f"Checking {title}")
        _verify(partial, sha256, title)
        partial.replace(target)
    except OSError as error:
        raise DownloadError(
            f"{title} cannot be written into “{target.parent}”: {error.strerror or error}.",
            "Make room, or choose another folder with --data-dir or VGG_STUDIO_DATA.",
        ) from None


class _LostError(Exception):
    """The server did not answer, or stopped before the end; the disk is not to blame."""


class _StaysEncrypted(urllib.request.HTTPRedirectHandler):
    """Refuses to be led from https to http."""

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
            raise URLError(f"{req.host} points to an address that is not encrypted")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _fetch(
    url: str, partial: Path, title: str, on_progress: OnProgress, should_stop: ShouldStop
) -> None:
    """Bring `partial` to its full length; as long as each try brings something, try again."""
    while True:
        before = _size(partial)
        try:
            _receive(url, partial, title, on_progress, should_stop)
        except _LostError as lost:
            if _size(partial) <= before:
                raise DownloadError(
                    f"{title} could not be downloaded: {lost}.",
                    "Check the network and try again; it goes on where it broke off.",
                ) from None
        else:
            return


def _receive(
    url: str, partial: Path, title: str, on_progress: OnProgress, should_stop: ShouldStop
) -> None:
    """One request for what is missing. Raises _LostError, OSError of the disk, Stopped."""
    answer = _ask(url, _size(partial))
    if answer is None:
        return
    with answer, partial.open("ab") as handle:
        if answer.status != 206:  # it sends all of it, whatever was asked for
            handle.truncate(0)
        size = _size(partial)
        total = size + int(answer.headers.get("Content-Length") or 0)
        _check_space(partial, total - size)
        for chunk in _chunks(answer):
            handle.write(chunk)
            if (size + len(chunk)) // _MEGABYTE > size // _MEGABYTE:
                on_progress(size / max(total, size), _words(title, size, total))
            size += len(chunk)
            if should_stop():
                raise Stopped
        handle.flush()
        os.fsync(handle.fileno())
    if size < total:
        raise _LostError(f"the connection ended after {size // _MEGABYTE} MB")


def _ask(url: str, start: int) -> HTTPResponse | None:
    """The answer from byte `start` on, or None where nothing lies there."""
    headers = {"User-Agent": "vgg-studio"} | ({"Range": f"bytes={start}-"} if start else {})
    opener = urllib.request.build_opener(_StaysEncrypted)
    try:
        answer: HTTPResponse = opener.open(
            urllib.request.Request(url, headers=headers), timeout=_PATIENCE_SECONDS
        )
    except HTTPError as error:
        error.close()
        if error.code == _RANGE_NOT_SATISFIABLE:
            return None
        raise _LostError(f"{url} answers {error.code} {error.reason}") from None
    except (OSError, HTTPException) as error:
        raise _LostError(_words_of(error)) from None
    return answer


def _chunks(answer: HTTPResponse) -> Iterator[bytes]:
    while True:
        try:
            # What is there, not what would fill the chunk: so a wish to stop is heard soon.
            chunk = answer.read1(_CHUNK)
        except (OSError, HTTPException) as error:
            raise _LostError(_words_of(error)) from None
        if not chunk:
            return
        yield chunk


def _check_space(partial: Path, needed: int) -> None:
    free = shutil.disk_usage(partial.parent).free
    if free < needed:
        reason = f"{needed // _MEGABYTE} MB are missing, {free // _MEGABYTE} MB are free"
        raise OSError(errno.ENOSPC, reason)


def _verify(partial: Path, sha256: str, title: str) -> None:
    with partial.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    if not digest.startswith(sha256):
        partial.unlink()
        raise DownloadError(
            f"{title} did not arrive as published: its checksum is wrong.",
            "Try again; what had arrived is deleted.",
        )


def _words_of(error: Exception) -> str:
    """The reason without numbers."""
    reason = error.reason if isinstance(error, URLError) else error
    return str(getattr(reason, "strerror", None) or reason or "it answered nonsense")


def _words(title: str, size: int, total: int) -> str:
    return f"Downloading {title}: {size // _MEGABYTE} of {max(total, size) // _MEGABYTE} MB"


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
