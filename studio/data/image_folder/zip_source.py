"""Images in a .zip archive, read member by member."""

import contextlib
import stat
import struct
import zipfile
import zlib
from collections.abc import Generator, Iterator
from pathlib import Path

from studio.callbacks import ShouldStop
from studio.data.image_files import MAX_BYTES
from studio.data.image_folder.archive_limits import check_unpacked
from studio.data.image_folder.class_layout import ClassLayout, FileListing, layout_of_listing
from studio.data.image_folder.sources import (
    MAX_MEMBERS,
    TOO_LARGE,
    SourceFile,
    cannot_open,
    damaged_archive,
    digest_archive,
)
from studio.errors import DatasetError
from studio.files import open_regular

_ENCRYPTED_FLAG = 0x1
_UTF8_FLAG = 0x800

# Other methods cannot be decompressed in bounded pieces: a zip bomb would fill the memory.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

_ERRORS = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError,
)  # fmt: skip


class ZipSource:
    """Reads images in the order of the archive; of two members of one name the first counts."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._infos: dict[str, zipfile.ZipInfo] = {}
        self._layout: ClassLayout | None = None

    def digest(self, should_stop: ShouldStop) -> str:
        return digest_archive(self._path, should_stop)

    def read_files(self, should_stop: ShouldStop) -> Generator[SourceFile]:
        with self._open() as archive:
            places = self.layout().places
            images = [(name, info) for name, info in self._infos.items() if name in places]
            for index, (name, info) in enumerate(images, 1):
                content, error = _read_member(archive, info)
                yield SourceFile(name, content, index / len(images), error)

    def layout(self) -> ClassLayout:
        if self._layout is None:
            with self._open() as archive:
                self._layout = layout_of_listing(self._path, self._list(archive))
        return self._layout

    @contextlib.contextmanager
    def _open(self) -> Iterator[zipfile.ZipFile]:
        try:
            handle = open_regular(self._path)
        except OSError as error:
            raise cannot_open(self._path, error) from error
        with handle:
            try:
                archive = zipfile.ZipFile(handle)
            except _ERRORS as error:
                raise damaged_archive(self._path, error) from error
            with archive:
                yield archive

    def _list(self, archive: zipfile.ZipFile) -> FileListing:
        if len(archive.infolist()) > MAX_MEMBERS:
            raise DatasetError(f"“{self._path.name}” has more than {MAX_MEMBERS:,} members.")
        listing = FileListing()
        for info in archive.infolist():
            name = _member_name(info)
            if name.endswith("/"):
                listing.add_folder(name)
            elif normalized := listing.add_file(name, _find_problem(info)):
                self._infos[normalized] = info
        sizes = [info.file_size for info in self._infos.values()]
        unpacked_bytes = sum(size for size in sizes if size <= MAX_BYTES)
        check_unpacked(self._path, unpacked_bytes, self._path.stat().st_size)
        return listing


def _member_name(info: zipfile.ZipInfo) -> str:
    """The name of a member: macOS writes UTF-8 without the flag, old Windows tools backslashes."""
    name = info.filename
    if not info.flag_bits & _UTF8_FLAG and not name.isascii():
        with contextlib.suppress(UnicodeError):  # it is in the old code page indeed
            name = name.encode("cp437").decode()
    return name.replace("\\", "/")


def _find_problem(info: zipfile.ZipInfo) -> str:
    file_type = stat.S_IFMT(info.external_attr >> 16)
    if stat.S_ISLNK(file_type):
        return "a link, not followed"
    return "" if file_type in (0, stat.S_IFREG) else "not a regular file"


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> tuple[bytes, str]:
    """Return the content, or the reason why there is none; sizes in the archive may be wrong."""
    if info.flag_bits & _ENCRYPTED_FLAG:
        return b"", "locked with a password"
    if info.compress_type not in _METHODS:
        return b"", "compressed with an unsupported method"
    if info.file_size > MAX_BYTES:
        return b"", TOO_LARGE
    try:
        with archive.open(info) as handle:
            return handle.read(MAX_BYTES + 1), ""
    except _ERRORS:
        return b"", "damaged in the archive"
