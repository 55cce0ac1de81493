"""Archives: which kind one is, and a digest of its bytes."""

import hashlib
from pathlib import Path
from typing import Literal

from studio.callbacks import ShouldStop
from studio.data.image_folder.plain_files import cannot_open
from studio.errors import DatasetError, Stopped

ArchiveKind = Literal["zip", "tar", "gzip", "bzip2", "xz"]

# More members than this are no set of pictures, and their names alone would fill the memory.
MOST_MEMBERS = 2_000_000

# How the files begin, as their names may say anything.
_STARTS: dict[bytes, ArchiveKind] = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",  # without a member
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
}
_TAR_MARK, _TAR_MARK_AT = b"ustar", 257

_CHUNK_BYTES = 1 << 20


def archive_kind(path: Path) -> ArchiveKind:
    """What the archive is by its first bytes. Raises DatasetError when it is none that is read."""
    try:
        with path.open("rb") as handle:
            head = handle.read(_TAR_MARK_AT + len(_TAR_MARK))
    except OSError as error:
        raise cannot_open(path, error) from error
    for start, kind in _STARTS.items():
        if head.startswith(start):
            return kind
    if head.endswith(_TAR_MARK):
        return "tar"
    raise DatasetError(
        f"“{path.name}” is no folder, archive or list of labels that the studio reads.",
        "Choose a folder, a .zip, .tar, .tar.gz, .tar.bz2 or .tar.xz file, or a .csv file.",
    )


def digest_archive(path: Path, should_stop: ShouldStop) -> str:
    """Hex digits that change with any byte. Raises DatasetError, Stopped."""
    digest = hashlib.sha256()  # twice as fast as BLAKE2 where processors have instructions for it
    try:
        with path.open("rb", buffering=0) as handle:
            while chunk := handle.read(_CHUNK_BYTES):
                if should_stop():
                    raise Stopped
                digest.update(chunk)
    except OSError as error:
        raise cannot_open(path, error) from error
    return digest.hexdigest()


def damaged(path: Path, error: Exception) -> DatasetError:
    """The plain words for an archive that breaks off or makes no sense."""
    reason = " ".join(str(error).split()).rstrip(".") or type(error).__name__
    return DatasetError(
        f"“{path.name}” is damaged or no archive: {reason}.", "Try another copy, or its folder."
    )
