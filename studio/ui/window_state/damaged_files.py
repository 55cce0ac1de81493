"""Files that cannot be used are renamed and kept, a few of each name. No Qt."""

import os
import stat
from pathlib import Path

MAX_COPIES = 5


def is_file_or_absent(path: Path) -> bool:
    """Whether `path` can be opened without blocking: no pipe, device, socket or folder."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return True


def copy_name(path: Path) -> Path:
    """Return `<name>.damaged-<n>` with the first free number, or the oldest if all are used."""
    names = [path.with_name(f"{path.name}.damaged-{n}") for n in range(1, MAX_COPIES + 1)]
    free = next((name for name in names if not os.path.lexists(name)), None)
    return free or min(names, key=lambda name: name.lstat().st_mtime)


def move_aside(path: Path) -> Path:
    """Rename a file without opening it, and return its new path. Raises OSError."""
    copy = copy_name(path)
    path.replace(copy)
    return copy
