"""Writing a file so that a reader never meets half of it."""

import os
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE_SECONDS = 1.0


def write_atomic(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a temporary file beside `path`, flush it to disk and rename it to `path`.

    Killed at any moment, `path` is either the old file or the whole new one. Raises OSError.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        write(partial)
        with partial.open("rb+") as handle:
            os.fsync(handle.fileno())
        _replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def _replace(partial: Path, path: Path) -> None:
    """On Windows a file that somebody reads just now cannot be replaced; a moment later it can."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            partial.replace(path)
        except PermissionError:
            if os.name != "nt" or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8, atomically. Raises OSError."""
    write_atomic(path, lambda partial: partial.write_bytes(text.encode("utf-8")))
