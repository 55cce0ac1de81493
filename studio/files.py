"""Atomic writing of files: a reader never sees an incomplete one."""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

REPLACE_TIMEOUT_S = 1.0


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
