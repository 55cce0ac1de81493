"""Pictures in a .tar archive, packed or not, in one pass from its beginning to its end."""

import bz2
import gzip
import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, Any, BinaryIO, Self

from studio.callbacks import ShouldStop
from studio.data.image_files import MAX_BYTES
from studio.data.image_folder.archives import MOST_MEMBERS, ArchiveKind, damaged, digest_archive
from studio.data.image_folder.class_layout import Layout
from studio.data.image_folder.complaint import arrange_listing
from studio.data.image_folder.listing import Listing
from studio.data.image_folder.plain_files import TOO_LARGE
from studio.data.image_folder.source import Member
from studio.errors import DatasetError, Stopped

_ERRORS = (
    tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RecursionError,
)  # fmt: skip

_OPENERS: dict[ArchiveKind, Callable[[BinaryIO], AbstractContextManager[Any]]] = {
    "tar": nullcontext,
    "gzip": gzip.open,
    "bzip2": bz2.open,
    "xz": lzma.open,
}

# Headers that hold long names and notes on the next member; tarfile reads them whole.
_NOTES = (
    tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
)  # fmt: skip
_MAX_NOTE_BYTES = 1 << 20

# tarfile would seek the end of a member without end for years.
_MAX_MEMBER_BYTES = 1 << 36


class TarSource:
    """Which pictures belong to classes is known at the end only, so all are read."""

    def __init__(self, path: Path, kind: ArchiveKind) -> None:
        self._path = path
        self._kind = kind
        self._listing = Listing()

    def digest(self, should_stop: ShouldStop) -> str:
        return digest_archive(self._path, should_stop)

    def members(self, should_stop: ShouldStop) -> Iterator[Member]:
        try:
            with self._path.open("rb") as raw, _OPENERS[self._kind](raw) as stream:
                yield from self._walk(stream, raw, should_stop)
        except _ERRORS as error:
            raise damaged(self._path, error) from error

    def layout(self) -> Layout:
        return arrange_listing(self._path, self._listing)

    def _walk(self, stream: IO[bytes], raw: BinaryIO, should_stop: ShouldStop) -> Iterator[Member]:
        total, count = self._path.stat().st_size, 0
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Header, encoding="utf-8") as archive:
            while (info := archive.next()) is not None:
                archive.members.clear()  # type: ignore[attr-defined] # it keeps every header
                count += 1
                if not 0 <= info.size <= _MAX_MEMBER_BYTES:
                    raise tarfile.ReadError("a member of impossible size")
                if count > MOST_MEMBERS:
                    raise DatasetError(f"“{self._path.name}” has over {MOST_MEMBERS:,} members.")
                if should_stop():
                    raise Stopped
                if name := self._note(info):
                    data, reason = _read(archive, info)
                    yield Member(name, data, raw.tell() / total, reason)

    def _note(self, info: tarfile.TarInfo) -> str | None:
        """Take a member down; its name if it is a picture."""
        name = info.name.replace("\\", "/")
        if info.isdir():
            self._listing.add_folder(name)
            return None
        objection = "" if info.isreg() else "no ordinary file"
        if info.issym() or info.islnk():
            objection = "a link, not followed"
        return self._listing.add_file(name, objection)


class _Header(tarfile.TarInfo):
    """A header that is wrong ends the reading with an error; tarfile would call it the end."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        try:
            info = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            if not buf.strip(b"\0"):
                raise  # the real end: nothing, or a block of zeros
            raise tarfile.ReadError(str(error)) from error
        if info.type in _NOTES and not 0 <= info.size <= _MAX_NOTE_BYTES:
            raise tarfile.ReadError("a header of impossible size")
        return info


def _read(archive: tarfile.TarFile, info: tarfile.TarInfo) -> tuple[bytes, str]:
    """The bytes, or why there are none."""
    if info.size > MAX_BYTES:
        return b"", TOO_LARGE
    handle = archive.extractfile(info)
    return (handle.read(), "") if handle else (b"", "no ordinary file")
