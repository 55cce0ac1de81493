"""The log file of all processes of the program, which is replaced when it grows too large."""

import contextlib
import os
import stat
import threading
import time
from pathlib import Path

from studio import paths
from studio.crash_log.error_record import shorten_paths

MAX_LOG_BYTES = 1 << 20
MAX_ENTRY_CHARS = 100_000  # a recursion error alone has thousands of lines
KEPT_LOGS = 3  # beside the current one

# Reentrant: a destructor that fails while an entry is written is logged by the same thread.
_lock = threading.RLock()


def log_path() -> Path:
    """Return the path of the log file."""
    return paths.log_dir() / "vgg-studio.log"


def write_log(level: str, text: str) -> None:
    """Append an entry; `level` is info, warning or error. Never raises and never blocks.

    The file is opened for each entry, so that another process may replace it at any time.
    """
    if len(text) > MAX_ENTRY_CHARS:
        half = MAX_ENTRY_CHARS // 2
        text = f"{text[:half]}\n…\n{text[-half:]}"
    moment = time.strftime("%Y-%m-%d %H:%M:%S")
    entry = f"{moment} {level} [{os.getpid()}] {visible(shorten_paths(text)).rstrip()}\n"
    with _lock, contextlib.suppress(OSError):
        path = log_path()
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace_if_large(path)
        _append(path, entry.encode("utf-8", "backslashreplace"))


def visible(text: str) -> str:
    """Escape the control characters of `text`, which could be commands to a terminal."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char in "\n\t" else ascii(char)[1:-1] for char in text
    )


def _append(path: Path, entry: bytes) -> None:
    # Without O_NONBLOCK, opening a pipe would wait for a reader.
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0), 0o600)
    try:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.write(descriptor, entry)
    finally:
        os.close(descriptor)


def _replace_if_large(path: Path) -> None:
    try:
        if path.stat().st_size < MAX_LOG_BYTES:
            return
    except FileNotFoundError:
        return
    older = [path.with_name(f"{path.name}.{number}") for number in range(1, KEPT_LOGS + 1)]
    for source, target in reversed(list(zip([path, *older], older, strict=False))):
        with contextlib.suppress(OSError):  # another process may have done it
            source.replace(target)
