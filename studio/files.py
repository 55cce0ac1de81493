"""Safe reading and atomic writing of files: a reader never sees an incomplete one."""

import errno
import os
import re
import socket
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO

from studio.disk_full import disk_full_error, is_disk_full, release_files

REPLACE_TIMEOUT_S = 1.0

# Partial files of another machine, and of earlier versions, are removed when they are this old: no
# writer pauses for so long.
STALE_S = 3600.0

_PARTIAL = re.compile(r"\..+?\.(?:(?:(?P<host>[^.]+)-)?(?P<pid>\d+)-\d+|\d+)\.partial")
# The names that safetensors gives its temporary files.
_FOREIGN_PARTIAL = re.compile(r"\.tmp[A-Za-z0-9]{6}")
_LONG_NAME_BYTES = 120  # a name of more bytes could be too long with what a partial file adds


def open_regular(path: Path) -> BinaryIO:
    """Open a file for reading, but no pipe, device or socket: reading those could block forever.

    Raises OSError, whose `strerror` says in plain words what is wrong.
    """
    # Without O_NONBLOCK, opening a pipe waits for a writer.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags)
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, "is a folder", str(path))
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "is not a regular file", str(path))
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def is_file(path: Path) -> bool:
    """Whether there is a file, and no pipe, device or socket.

    False for a name that is too long and in a folder that cannot be read, where `Path.is_file`
    raises OSError.
    """
    return os.path.isfile(path)  # noqa: PTH113 - see above


def is_folder(path: Path) -> bool:
    """Whether there is a folder; False where `Path.is_dir` raises OSError."""
    return os.path.isdir(path)  # noqa: PTH112 - see above


def read_regular(path: Path, max_bytes: int) -> bytes:
    """Read a regular file of at most `max_bytes`. Raises OSError as `open_regular`."""
    with open_regular(path) as handle:
        content = handle.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise OSError(errno.EFBIG, f"is larger than {max_bytes:,} bytes", str(path))
    return content


def write_atomic(
    path: Path, write: Callable[[Path], object], size_bytes: int | None = None
) -> None:
    """Call `write` with a temporary path beside `path`, flush that file and rename it to `path`.

    Whenever the process is killed or the power fails, `path` is either the old or the complete new
    file. It gets the permissions of any new file. `size_bytes` is the size to expect, where the
    caller knows it. Raises OSError, and DiskFullError if the disk is full, whichever error the
    library that writes has for that.
    """
    partial = path.with_name(_partial_name(path.name))
    expected_bytes = size_bytes or 0
    handled = sys.exception()
    try:
        mode = _create(partial)
        write(partial)
        _finish(partial, mode)
        _replace(partial, path)
    except Exception as error:
        expected_bytes = max(expected_bytes, _size(partial), _size(path))
        if not is_disk_full(error, path.parent, expected_bytes, handled):
            raise
        release_files(error, handled)
    else:
        sync_folder(path.parent)
        return
    finally:
        partial.unlink(missing_ok=True)
    # Outside of the handler, so that this error does not refer to the one that was released.
    raise disk_full_error(path, expected_bytes)


def sync_folder(folder: Path) -> None:
    """Flush the names in a folder: without it, a power failure can undo a rename."""
    if os.name == "nt":  # its folders cannot be opened, and its file system logs renames
        return
    with suppress(OSError):  # some network file systems refuse it
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove_stale_partials(folder: Path, depth: int = 0, is_only_writer: bool = False) -> int:
    """Remove the partial files of processes that were killed, and return how many there were.

    Subfolders are searched to `depth`. With `is_only_writer` no other process writes weights there:
    a temporary file of safetensors, which does not name its process, is a stale one at any age.
    What cannot be read or removed is left.
    """
    removed = 0
    for entry in _entries(folder):
        with suppress(OSError):
            if entry.is_dir(follow_symlinks=False):
                if depth > 0:
                    removed += remove_stale_partials(Path(entry), depth - 1, is_only_writer)
            elif _is_stale(entry, is_only_writer):
                Path(entry).unlink()
                removed += 1
    return removed


def _partial_name(name: str) -> str:
    """A name for this thread: processes and threads that write the same file must not share it."""
    if len(os.fsencode(name)) > _LONG_NAME_BYTES:
        name = name[: _LONG_NAME_BYTES // 4]
    return f".{name}.{_host()}-{os.getpid()}-{threading.get_ident()}.partial"


@cache
def _host() -> str:
    return re.sub(r"[^A-Za-z0-9-]", "_", socket.gethostname())[:64] or "unknown"


def _create(partial: Path) -> int:
    """Create an empty file and return the permissions that it gets from the system."""
    with partial.open("wb") as handle:
        return stat.S_IMODE(os.fstat(handle.fileno()).st_mode)


def _finish(partial: Path, mode: int) -> None:
    """Flush a file, and give it its permissions, as safetensors replaces it by one of its own."""
    with partial.open("rb+") as handle:
        if stat.S_IMODE(os.fstat(handle.fileno()).st_mode) != mode:
            with suppress(OSError):  # some network file systems refuse it
                partial.chmod(mode)
        os.fsync(handle.fileno())


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _entries(folder: Path) -> Iterator["os.DirEntry[str]"]:
    with suppress(OSError), os.scandir(folder) as entries:
        yield from entries


def _is_stale(entry: "os.DirEntry[str]", is_only_writer: bool) -> bool:
    found = _PARTIAL.fullmatch(entry.name)
    if not found and not _FOREIGN_PARTIAL.fullmatch(entry.name):
        return False
    if not found and is_only_writer:
        return True
    modified = entry.stat(follow_symlinks=False).st_mtime
    if found and found["host"] == _host():
        return not _is_running(int(found["pid"]), modified)
    return time.time() - modified > STALE_S


def _is_running(pid: int, since: float) -> bool:
    """Whether the process that had this id at the time `since` still runs."""
    import psutil

    try:
        return bool(psutil.Process(pid).create_time() <= since + 1)
    except psutil.NoSuchProcess:
        return False
    except (psutil.Error, OverflowError):
        return True


def _replace(partial: Path, path: Path) -> None:
    """Rename a file over another; on Windows wait while a reader has the other one open."""
    deadline = time.monotonic() + REPLACE_TIMEOUT_S
    while True:
        try:
            partial.replace(path)
        except PermissionError:
            if os.name != "nt" or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8, atomically. Raises OSError."""
    content = text.encode("utf-8")
    write_atomic(path, lambda partial: partial.write_bytes(content), len(content))
