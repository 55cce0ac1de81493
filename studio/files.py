"""Safe reading and atomic writing of files: a reader never sees an incomplete one."""

import errno
import os
import stat
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

REPLACE_TIMEOUT_S = 1.0


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


def read_regular(path: Path, max_bytes: int) -> bytes:
    """Read a regular file of at most `max_bytes`. Raises OSError as `open_regular`."""
    with open_regular(path) as handle:
        content = handle.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise OSError(errno.EFBIG, f"is larger than {max_bytes:,} bytes", str(path))
    return content


def write_atomic(path: Path, write: Callable[[Path], object]) -> None:
    """Call `write` with a temporary path beside `path`, flush that file and rename it to `path`.

    Whenever the process is killed, `path` is either the old or the complete new file. Raises
    OSError.
    """
    # Processes and threads that write the same file at the same time must not share it.
    writer = f"{os.getpid()}-{threading.get_ident()}"
    partial = path.with_name(f".{path.name}.{writer}.partial")
    try:
        write(partial)
        with partial.open("rb+") as handle:
            os.fsync(handle.fileno())
        _replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


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
    write_atomic(path, lambda partial: partial.write_bytes(text.encode("utf-8")))
