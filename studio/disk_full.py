"""Recognizes that a disk is full, whichever library ran into it."""

import errno
import re
import shutil
import traceback
from collections.abc import Iterator
from pathlib import Path

from studio.errors import DiskFullError
from studio.formatting import byte_size

_ERRNOS = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_WINDOWS_ERRORS = {39, 112}  # ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL

# safetensors only passes on the text of the operating system.
_FULL_TEXT = re.compile(r"No space left|disk quota exceeded|\(os error (28|112|122)\)", re.I)

# torch, numpy and libtiff say that too few bytes were written, but not why.
_SHORT_WRITE_TEXT = re.compile(
    r"enforce fail at inline_container|\d+ requested and \d+ written|when writing image file"
)
# A disk with more free bytes than this is not why a write was short.
_MARGIN_BYTES = 1_000_000


def is_disk_full(
    error: BaseException,
    folder: Path,
    needed_bytes: int = 0,
    handled: BaseException | None = None,
) -> bool:
    """Whether a write of `needed_bytes` into `folder` failed because its disk or quota is full.

    `handled` is the error that was already being handled before the write: it is no reason.
    """
    chain = list(_chain(error, handled))
    if any(_says_full(each) for each in chain):
        return True
    is_short = any(_SHORT_WRITE_TEXT.search(str(each)) for each in chain)
    return is_short and free_bytes(folder) < needed_bytes + _MARGIN_BYTES


def disk_full_error(path: Path, needed_bytes: int) -> DiskFullError:
    """Make the error for a file of at least `needed_bytes` that does not fit on its disk."""
    free = free_bytes(path.parent)
    room = describe_room(needed_bytes, free)
    error = DiskFullError(
        f"There is no room for “{path.name}” on the disk of “{path.parent}”: {room}.",
        "Free some space on that disk.",
        needed_bytes,
        free,
    )
    error.strerror = f"the disk is full ({room})"
    return error


def describe_room(needed_bytes: int, free_bytes: int) -> str:
    """Return “at least 1.2 MB needed, 4.1 kB free”."""
    if free_bytes > needed_bytes:  # a quota, or no room for one more file
        return "the disk, or your share of it, is full"
    needed = f"at least {byte_size(needed_bytes)} needed, " if needed_bytes else ""
    return f"{needed}{byte_size(free_bytes)} free"


def free_bytes(folder: Path) -> int:
    """The free space for this user on the disk of a folder; 0 where it cannot be determined."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0


def release_files(error: BaseException, handled: BaseException | None = None) -> None:
    """Drop what the traceback of an error holds: an open file keeps its space on the disk.

    `handled` is as in `is_disk_full`, and left as it is.
    """
    for each in list(_chain(error, handled)):
        traceback.clear_frames(each.__traceback__)
        each.__traceback__ = each.__cause__ = each.__context__ = None


def _says_full(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in _ERRNOS:
        return True
    return getattr(error, "winerror", None) in _WINDOWS_ERRORS or bool(
        _FULL_TEXT.search(str(error))
    )


def _chain(error: BaseException, handled: BaseException | None) -> Iterator[BaseException]:
    """The error and those it was raised from since `handled`, each once."""
    seen: list[BaseException | None] = [handled]
    pending: list[BaseException | None] = [error]
    while pending:
        each = pending.pop()
        if each is not None and each not in seen:
            seen.append(each)
            pending += [each.__cause__, each.__context__]
            yield each
