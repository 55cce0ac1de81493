"""Where images are imported from: the interface of a source, and what several sources share."""

import hashlib
import os
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, Self

from studio.callbacks import ShouldStop
from studio.data.image_files import MAX_BYTES
from studio.data.image_folder.class_layout import ClassLayout
from studio.errors import DatasetError, Stopped
from studio.files import open_regular

ArchiveFormat = Literal["zip", "tar", "gzip", "bzip2", "xz"]

# A larger archive is not a dataset of images, and its file names alone would fill the memory.
MAX_MEMBERS = 2_000_000

TOO_LARGE = f"larger than {MAX_BYTES >> 20} MB"

# Formats are detected from the first bytes, because file names can be wrong.
_SIGNATURES: dict[bytes, ArchiveFormat] = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",  # an empty one
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
}
_TAR_SIGNATURE, _TAR_OFFSET = b"ustar", 257

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class SourceFile:
    """An image file: its content, or the reason why it cannot be read.

    `fraction_read` is how much of the source has been read with it, 0..1.
    """

    name: str
    content: bytes
    fraction_read: float
    error: str = ""


class SampleSource(Protocol):
    """Image files that are read once, in any order."""

    def digest(self, should_stop: ShouldStop) -> str:
        """Return hex digits that change with any file. Raises DatasetError, Stopped."""

    def read_files(self, should_stop: ShouldStop) -> Generator[SourceFile]:
        """Read one file after the other. Raises DatasetError, LayoutError, Stopped."""

    def layout(self) -> ClassLayout:
        """Return the class of each file; complete once all files have been read."""


@dataclass(frozen=True)
class FileStamp:
    """Where a file is, and the attributes that show whether it has changed."""

    path: str
    size: int
    modified_ns: int
    mode: int

    @classmethod
    def from_stat(cls, path: str, stat: os.stat_result) -> Self:
        """Make the stamp of a file from its `stat`."""
        return cls(path, stat.st_size, stat.st_mtime_ns, stat.st_mode)


def digest_stamps(stamps: Mapping[str, FileStamp], extra: Iterable[str]) -> str:
    """Return hex digits that change with path, size, time or mode of a file, and with `extra`."""
    digest = hashlib.blake2b(digest_size=16)
    lines = [f"{s.path}\0{s.size} {s.modified_ns} {s.mode}" for _, s in sorted(stamps.items())]
    for text in (*extra, *lines):
        digest.update(f"{text}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def read_stamped_files(
    stamps: Mapping[str, FileStamp], names: Iterable[str]
) -> Generator[SourceFile]:
    """Read the files of these names, sorted by name."""
    ordered = sorted(names)
    for index, name in enumerate(ordered, 1):
        content, error = _read_file(stamps[name].path)
        yield SourceFile(name, content, index / len(ordered), error)


def _read_file(path: str) -> tuple[bytes, str]:
    """Return the content, or the reason why there is none."""
    try:
        with open_regular(Path(path)) as handle:
            content = handle.read(MAX_BYTES + 1)
    except OSError as error:
        return b"", f"cannot be opened: {error.strerror}"
    return (content, "") if len(content) <= MAX_BYTES else (b"", TOO_LARGE)


def detect_archive_format(path: Path) -> ArchiveFormat:
    """Detect the format of an archive by its first bytes. Raises DatasetError if it is none."""
    try:
        with open_regular(path) as handle:
            head = handle.read(_TAR_OFFSET + len(_TAR_SIGNATURE))
    except OSError as error:
        raise cannot_open(path, error) from error
    for signature, archive_format in _SIGNATURES.items():
        if head.startswith(signature):
            return archive_format
    if head.endswith(_TAR_SIGNATURE):
        return "tar"
    raise DatasetError(
        f"“{path.name}” is not a folder, archive or label list that the studio can read.",
        "Choose a folder, a .zip, .tar, .tar.gz, .tar.bz2 or .tar.xz file, or a .csv file.",
    )


def digest_archive(path: Path, should_stop: ShouldStop) -> str:
    """Return hex digits that change with any byte of a file. Raises DatasetError, Stopped."""
    digest = hashlib.sha256()  # twice as fast as BLAKE2 on processors with SHA instructions
    try:
        with open_regular(path) as handle:
            while chunk := handle.read(_CHUNK_BYTES):
                if should_stop():
                    raise Stopped
                digest.update(chunk)
    except OSError as error:
        raise cannot_open(path, error) from error
    return digest.hexdigest()


def damaged_archive(path: Path, error: Exception) -> DatasetError:
    """Make the error for an archive that is cut short or malformed."""
    reason = " ".join(str(error).split()).rstrip(".") or type(error).__name__
    return DatasetError(
        f"“{path.name}” is damaged or not an archive: {reason}.",
        "Try another copy, or a folder with its content.",
    )


def cannot_open(path: Path, error: OSError) -> DatasetError:
    """Make the error for a source that does not exist or is not readable."""
    if isinstance(error, FileNotFoundError):
        return DatasetError(f"“{path}” was not found.", "Choose the images again.")
    return DatasetError(f"“{path}” cannot be opened: {error.strerror}.", "Check its permissions.")
