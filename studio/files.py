"""Safe reading and atomic writing of files: a reader never sees an incomplete one."""

import errno
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import BinaryIO, Protocol

from studio.disk_full import disk_full_error, is_disk_full, release_files
from studio.errors import DiskFullError
from studio.partial_files import partial_name

REPLACE_TIMEOUT_S = 1.0

_room_to_wait_for: "ContextVar[Room | None]" = ContextVar("room_to_wait_for", default=None)


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
    library that writes has for that; inside of `waiting_for_room` it waits and writes again.
    """
    partial = path.with_name(partial_name(path.name))
    _write_waiting(lambda: _write_and_rename(path, partial, write), path, size_bytes, partial)


def write_in_place(path: Path, write: Callable[[], object], size_bytes: int | None = None) -> None:
    """Call `write`, which changes the file `path` and can be repeated when it failed.

    Raises as `write_atomic`, and waits as it does.
    """
    _write_waiting(write, path, size_bytes, None)


class Room(Protocol):
    """What to do while a disk is full."""

    def wait(self, error: DiskFullError) -> None:
        """Return when a write may be tried again. Raises an error to give up."""

    def resume(self) -> None:
        """Called when the write has succeeded."""


@contextmanager
def waiting_for_room(room: Room | None) -> Iterator[None]:
    """Let the writes of this thread wait while the disk is full; None lets them fail."""
    token = _room_to_wait_for.set(room)
    try:
        yield
    finally:
        _room_to_wait_for.reset(token)


def _write_waiting(
    write: Callable[[], object], path: Path, size_bytes: int | None, partial: Path | None
) -> None:
    room, has_waited = _room_to_wait_for.get(), False
    while (error := _write_once(write, path, size_bytes or 0, partial)) is not None:
        if room is None:
            raise error
        room.wait(error)
        has_waited = True
    if has_waited and room is not None:
        room.resume()


def _write_once(
    write: Callable[[], object], path: Path, size_bytes: int, partial: Path | None
) -> DiskFullError | None:
    """Write, and return the error if the disk is full."""
    handled = sys.exception()
    try:
        write()
    except Exception as error:
        if partial is not None:
            size_bytes = max(size_bytes, _size(path), _size(partial))
        if not is_disk_full(error, path.parent, size_bytes, handled):
            raise
        release_files(error, handled)
    else:
        return None
    finally:
        if partial is not None:
            partial.unlink(missing_ok=True)
    # Outside of the handler, so that this error does not refer to the one that was released.
    return disk_full_error(path, size_bytes)


def _write_and_rename(path: Path, partial: Path, write: Callable[[Path], object]) -> None:
    mode = _create(partial)
    write(partial)
    _finish(partial, mode)
    _replace(partial, path)
    sync_folder(path.parent)


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
