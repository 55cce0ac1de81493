"""Pictures in a .zip archive, read member by member."""

import contextlib
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from studio.callbacks import ShouldStop
from studio.data.image_files import MAX_BYTES
from studio.data.image_folder.archives import MOST_MEMBERS, damaged, digest_archive
from studio.data.image_folder.class_layout import Layout
from studio.data.image_folder.complaint import arrange_listing
from studio.data.image_folder.listing import Listing
from studio.data.image_folder.plain_files import TOO_LARGE
from studio.data.image_folder.source import Member
from studio.errors import DatasetError

_ENCRYPTED = 0x1
_UTF8 = 0x800

# The other ways of packing cannot be unpacked in bounded pieces: a bomb would fill the memory.
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

_ERRORS = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError,
)  # fmt: skip


class ZipSource:
    """Read in the order of the archive; where a name comes twice, the first one counts."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._infos: dict[str, zipfile.ZipInfo] = {}
        self._layout: Layout | None = None

    def digest(self, should_stop: ShouldStop) -> str:
        return digest_archive(self._path, should_stop)

    def members(self, should_stop: ShouldStop) -> Iterator[Member]:
        with self._open() as archive:
            places = self.layout().places
            wanted = [(name, info) for name, info in self._infos.items() if name in places]
            for index, (name, info) in enumerate(wanted, 1):
                data, reason = _read(archive, info)
                yield Member(name, data, index / len(wanted), reason)

    def layout(self) -> Layout:
        if self._layout is None:
            with self._open() as archive:
                self._layout = arrange_listing(self._path, self._list(archive))
        return self._layout

    def _open(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(self._path)
        except _ERRORS as error:
            raise damaged(self._path, error) from error

    def _list(self, archive: zipfile.ZipFile) -> Listing:
        if len(archive.infolist()) > MOST_MEMBERS:
            raise DatasetError(f"“{self._path.name}” has more than {MOST_MEMBERS:,} members.")
        listing = Listing()
        for info in archive.infolist():
            name = _name(info)
            if name.endswith("/"):
                listing.add_folder(name)
            elif tidy := listing.add_file(name, _objection(info)):
                self._infos[tidy] = info
        return listing


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name: macOS writes UTF-8 without saying so, old Windows tools backslashes."""
    name = info.filename
    if not info.flag_bits & _UTF8 and not name.isascii():
        with contextlib.suppress(UnicodeError):  # where it is of the old code page indeed
            name = name.encode("cp437").decode()
    return name.replace("\\", "/")


def _objection(info: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if stat.S_ISLNK(kind):
        return "a link, not followed"
    return "" if kind in (0, stat.S_IFREG) else "no ordinary file"


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> tuple[bytes, str]:
    """The bytes, or why there are none. What the archive says of sizes is not believed."""
    if info.flag_bits & _ENCRYPTED:
        return b"", "locked with a password"
    if info.compress_type not in _PACKINGS:
        return b"", "packed in a way the studio does not read"
    if info.file_size > MAX_BYTES:
        return b"", TOO_LARGE
    try:
        with archive.open(info) as handle:
            return handle.read(MAX_BYTES + 1), ""
    except _ERRORS:
        return b"", "damaged in the archive"
