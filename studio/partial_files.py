"""The names of files that are not complete yet, and the removal of those that were abandoned."""

import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

# Partial files of another machine, and of earlier versions, are removed when they are this old: no
# writer pauses for so long.
STALE_S = 3600.0

_PARTIAL = re.compile(r"\..+?\.(?:(?:(?P<host>[^.]+)-)?(?P<pid>\d+)-\d+|\d+)\.partial")
# The names that safetensors gives its temporary files, in the weights folder of a run.
_WEIGHTS = "weights"
_FOREIGN_PARTIAL = re.compile(r"\.tmp[A-Za-z0-9]{6}")
_LONG_NAME_BYTES = 120  # a name of more bytes could be too long with what a partial file adds


def partial_name(name: str) -> str:
    """A name for this thread: processes and threads that write the same file must not share it."""
    if len(os.fsencode(name)) > _LONG_NAME_BYTES:
        name = name[: _LONG_NAME_BYTES // 4]
    return f".{name}.{_host()}-{os.getpid()}-{threading.get_ident()}.partial"


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


@cache
def _host() -> str:
    return re.sub(r"[^A-Za-z0-9-]", "_", socket.gethostname())[:64] or "unknown"


def _entries(folder: Path) -> Iterator["os.DirEntry[str]"]:
    with suppress(OSError), os.scandir(folder) as entries:
        yield from entries


def _is_stale(entry: "os.DirEntry[str]", is_only_writer: bool) -> bool:
    found = _PARTIAL.fullmatch(entry.name)
    if not found:
        is_weights = Path(entry).parent.name == _WEIGHTS
        if not is_weights or not _FOREIGN_PARTIAL.fullmatch(entry.name):
            return False
        if is_only_writer:
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
