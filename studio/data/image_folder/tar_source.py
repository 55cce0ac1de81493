"""Images in a .tar archive, compressed or not, read in one pass from start to end."""

import bz2
import gzip
import lzma
import tarfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, Any, BinaryIO, Self, cast

from studio.callbacks import ShouldStop
from studio.data.image_files import MAX_BYTES
from studio.data.image_folder.archive_limits import LimitedStream
from studio.data.image_folder.class_layout import ClassLayout, FileListing, layout_of_listing
from studio.data.image_folder.sources import (
    MAX_MEMBERS,
    TOO_LARGE,
    ArchiveFormat,
    SourceFile,
    damaged_archive,
    digest_archive,
)
from studio.errors import DatasetError, Stopped
from studio.files import open_regular

_ERRORS = (
    tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RecursionError,
)  # fmt: skip

_OPENERS: dict[ArchiveFormat, Callable[[BinaryIO], AbstractContextManager[Any]]] = {
    "tar": nullcontext,
    "gzip": gzip.open,
    "bzip2": bz2.open,
    "xz": lzma.open,
}

# Headers with long names and attributes of the next member; tarfile reads them into memory.
_EXTENDED_HEADERS = (
    tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
)  # fmt: skip
_MAX_HEADER_BYTES = 1 << 20

# To skip a member of a larger size tarfile would read for years.
_MAX_MEMBER_BYTES = 1 << 36


class TarSource:
    """Reads every image, because the class folders are known only at the end."""

    def __init__(self, path: Path, archive_format: ArchiveFormat) -> None:
        self._path = path
        self._format = archive_format
        self._listing = FileListing()

    def digest(self, should_stop: ShouldStop) -> str:
        return digest_archive(self._path, should_stop)

    def read_files(self, should_stop: ShouldStop) -> Generator[SourceFile]:
        try:
            with open_regular(self._path) as raw, _OPENERS[self._format](raw) as stream:
                limited = LimitedStream(self._path, raw, stream, should_stop)
                yield from self._read_members(limited, raw, should_stop)
        except _ERRORS as error:
            raise damaged_archive(self._path, error) from error

    def layout(self) -> ClassLayout:
        return layout_of_listing(self._path, self._listing)

    def _read_members(
        self, stream: LimitedStream, raw: BinaryIO, should_stop: ShouldStop
    ) -> Iterator[SourceFile]:
        total_bytes, count = self._path.stat().st_size, 0
        with tarfile.open(
            fileobj=cast("IO[bytes]", stream), mode="r|", tarinfo=_CheckedTarInfo, encoding="utf-8"
        ) as archive:
            while (info := archive.next()) is not None:
                archive.members.clear()  # type: ignore[attr-defined] # it keeps every header
                count += 1
                if not 0 <= info.size <= _MAX_MEMBER_BYTES:
                    raise tarfile.ReadError("a member of impossible size")
                if count > MAX_MEMBERS:
                    raise DatasetError(f"“{self._path.name}” has over {MAX_MEMBERS:,} members.")
                if should_stop():
                    raise Stopped
                if name := self._add(info):
                    content, error = _read_member(archive, info)
                    yield SourceFile(name, content, raw.tell() / total_bytes, error)

    def _add(self, info: tarfile.TarInfo) -> str | None:
        """Add a member to the listing; returns its name if it is an image."""
        name = info.name.replace("\\", "/")
        if info.isdir():
            self._listing.add_folder(name)
            return None
        problem = "" if info.isreg() else "not a regular file"
        if info.issym() or info.islnk():
            problem = "a link, not followed"
        return self._listing.add_file(name, problem)


class _CheckedTarInfo(tarfile.TarInfo):
    """Raises an error for an invalid header, which tarfile would take for the end."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        try:
            info = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            if not buf.strip(b"\0"):
                raise  # the real end: nothing, or a block of zeros
            raise tarfile.ReadError(str(error)) from error
        if info.type in _EXTENDED_HEADERS and not 0 <= info.size <= _MAX_HEADER_BYTES:
            raise tarfile.ReadError("a header of impossible size")
        return info


def _read_member(archive: tarfile.TarFile, info: tarfile.TarInfo) -> tuple[bytes, str]:
    """Return the content, or the reason why there is none."""
    if info.size > MAX_BYTES:
        return b"", TOO_LARGE
    handle = archive.extractfile(info)
    return (handle.read(), "") if handle else (b"", "not a regular file")
