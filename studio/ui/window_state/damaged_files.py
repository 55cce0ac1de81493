"""Files that cannot be used are renamed and kept, a few of each name. No Qt."""

import contextlib
import errno
import os
import stat
from pathlib import Path

MAX_COPIES = 5


def is_file_or_absent(path: Path) -> bool:
    """Whether `path` can be opened without blocking: no pipe, device, socket or folder.

    Raises OSError where the system does not say.
    """
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError as error:
        if error.errno == errno.ELOOP:  # a link to itself
            return False
        raise


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


class StateFiles:
    """The files of a state that is restored; those that are damaged are renamed and listed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.damaged: list[Path] = []

    def set_aside(self, path: Path) -> None:
        """Rename a damaged file; one that cannot be renamed is left where it is."""
        kept = path
        with contextlib.suppress(OSError):
            kept = move_aside(path)
        self.damaged.append(kept)
