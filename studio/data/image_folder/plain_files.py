"""Reading the user's files as they lie in folders."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from studio.data.image_files import MAX_BYTES
from studio.data.image_folder.source import Member
from studio.errors import DatasetError

TOO_LARGE = f"larger than {MAX_BYTES >> 20} MB"


@dataclass(frozen=True)
class FileMark:
    """Where a file lies, and what tells without reading it that it has changed."""

    path: str
    size: int
    modified_ns: int
    mode: int

    @classmethod
    def of(cls, path: str, stat: os.stat_result) -> Self:
        """The mark of a file by what the system says of it."""
        return cls(path, stat.st_size, stat.st_mtime_ns, stat.st_mode)


def digest_marks(marks: Mapping[str, FileMark], more: Iterable[str]) -> str:
    """Hex digits that change with names, sizes, times and rights of files, and with `more`."""
    digest = hashlib.blake2b(digest_size=16)
    lines = [f"{m.path}\0{m.size} {m.modified_ns} {m.mode}" for _, m in sorted(marks.items())]
    for text in (*more, *lines):
        digest.update(f"{text}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def read_files(marks: Mapping[str, FileMark], names: Iterable[str]) -> Iterator[Member]:
    """Read the files of these names in their order."""
    ordered = sorted(names)
    for index, name in enumerate(ordered, 1):
        data, reason = _read(marks[name].path)
        yield Member(name, data, index / len(ordered), reason)


def _read(path: str) -> tuple[bytes, str]:
    """The bytes, or why there are none."""
    try:
        with Path(path).open("rb") as handle:
            data = handle.read(MAX_BYTES + 1)
    except OSError as error:
        return b"", f"cannot be opened: {error.strerror}"
    return (data, "") if len(data) <= MAX_BYTES else (b"", TOO_LARGE)


def cannot_open(path: Path, error: OSError) -> DatasetError:
    """The plain words for a source that is not there, or closed to the user."""
    if isinstance(error, FileNotFoundError):
        return DatasetError(f"“{path}” was not found.", "Choose the pictures again.")
    return DatasetError(f"“{path}” cannot be opened: {error.strerror}.", "Check who may read it.")
