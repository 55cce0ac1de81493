"""Where the members of a zip file of `torch.save` are, read without any tolerance.

Readers of zip files differ in what they make of an ambiguous one. What passes here is read by all
of them in the same way: one directory at the end, no comment, nothing compressed, no overlap.
"""

import struct
from dataclasses import dataclass
from typing import BinaryIO

from studio.models.tensor_files.error import TensorFileError

MAX_MEMBERS = 20_000
_MAX_DIRECTORY_BYTES = 16 << 20
_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s4B4HL2L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
# Sizes follow the data (bit 3), names are UTF-8 (bit 11); anything else changes how it is read.
_ALLOWED_FLAGS = 0x0808
_IN_EXTRA = 0xFFFFFFFF
_EXTRA_64 = 1


@dataclass(frozen=True)
class Member:
    """A file in the archive: its data are `size` bytes at `offset`."""

    offset: int
    size: int


def read_directory(handle: BinaryIO) -> dict[str, Member]:
    """Return the members of an archive by name. Raises TensorFileError and OSError."""
    try:
        return _read_directory(handle)
    except (struct.error, UnicodeDecodeError):
        raise TensorFileError("its list of contents is damaged") from None


def _read_directory(handle: BinaryIO) -> dict[str, Member]:
    start, size, count = _find_directory(handle)
    directory = _read_at(handle, start, size)
    members: dict[str, Member] = {}
    names = set()
    position = 0
    for _ in range(count):
        entry, position = _read_entry(directory, position)
        member = _find_data(handle, entry, start)
        if (folded := entry.name.lower()) in names:
            raise TensorFileError(f"it contains “{entry.name[:80]}” twice")
        names.add(folded)
        members[entry.name] = member
    if position != size:
        raise TensorFileError("its list of contents is damaged")
    _refuse_overlap(members)
    return members


def _find_directory(handle: BinaryIO) -> tuple[int, int, int]:
    """Return offset, size and number of entries of the directory, which must end the file."""
    end = handle.seek(0, 2) - _END.size
    magic, disk, first_disk, on_disk, count, size, start, comment = _END.unpack(
        _read_at(handle, end, _END.size)
    )
    if magic != b"PK\5\6" or comment or disk or first_disk or on_disk != count:
        raise TensorFileError("it is incomplete, or not a file of tensors")
    locator = _LOCATOR.unpack(_read_at(handle, max(end - _LOCATOR.size, 0), _LOCATOR.size))
    if locator[0] == b"PK\6\7":
        end -= _LOCATOR.size + _END_64.size
        values = _END_64.unpack(_read_at(handle, end, _END_64.size))
        if locator[1:] != (0, end, 1) or values[0] != b"PK\6\6" or values[4:6] != (0, 0):
            raise TensorFileError("its list of contents is damaged")
        count, size, start = values[7:10]
    if start + size != end or size > _MAX_DIRECTORY_BYTES or count > MAX_MEMBERS:
        raise TensorFileError("its list of contents is damaged or too long")
    return start, size, count


@dataclass(frozen=True)
class _Entry:
    name: str
    name_bytes: bytes
    size: int
    offset: int


def _read_entry(directory: bytes, position: int) -> tuple[_Entry, int]:
    """Read an entry of the directory; return it with the position of the next one."""
    values = _ENTRY.unpack_from(directory, position)
    magic, flags, method = values[0], values[5], values[6]
    packed, size, name_length, extra_length, comment, disk = values[10:16]
    offset = values[18]
    position += _ENTRY.size
    name = directory[position : position + name_length]
    extra = directory[position + name_length : position + name_length + extra_length]
    position += name_length + extra_length + comment
    if magic != b"PK\1\2" or len(name) != name_length or len(extra) != extra_length or disk:
        raise TensorFileError("its list of contents is damaged")
    if method or packed != size or flags & ~_ALLOWED_FLAGS:
        raise TensorFileError("it is compressed or encrypted, which files of tensors are not")
    if _IN_EXTRA in (size, offset):
        size, offset = _read_extra(extra, size, offset)
    return _Entry(name.decode("utf-8"), name, size, offset), position


def _read_extra(extra: bytes, size: int, offset: int) -> tuple[int, int]:
    """Return size and offset of a member where they take 64 bits."""
    while extra:
        kind, length = struct.unpack_from("<2H", extra)
        if kind == _EXTRA_64:
            fields = list(struct.unpack_from(f"<{length // 8}Q", extra, 4))
            if size == _IN_EXTRA:
                size, packed = fields.pop(0), fields.pop(0)
                if size != packed:
                    raise TensorFileError("it is compressed, which files of tensors are not")
            return size, fields.pop(0) if offset == _IN_EXTRA else offset
        extra = extra[4 + length :]
    return size, offset


def _find_data(handle: BinaryIO, entry: _Entry, end: int) -> Member:
    """Return where the data of an entry are: after a header of its own, before the directory."""
    values = _LOCAL.unpack(_read_at(handle, entry.offset, _LOCAL.size))
    magic, flags, method, name_length, extra_length = *values[:1], *values[2:4], *values[9:11]
    name = _read_at(handle, entry.offset + _LOCAL.size, name_length)
    offset = entry.offset + _LOCAL.size + name_length + extra_length
    if magic != b"PK\3\4" or name != entry.name_bytes or method or flags & ~_ALLOWED_FLAGS:
        raise TensorFileError(f"“{entry.name[:80]}” in it is damaged")
    if offset + entry.size > end:
        raise TensorFileError(f"“{entry.name[:80]}” in it is incomplete")
    return Member(offset, entry.size)


def _refuse_overlap(members: dict[str, Member]) -> None:
    """Members that shared their bytes could claim any amount of memory."""
    end = 0
    for member in sorted(members.values(), key=lambda member: member.offset):
        if member.offset < end:
            raise TensorFileError("its contents overlap")
        end = member.offset + member.size


def _read_at(handle: BinaryIO, offset: int, size: int) -> bytes:
    if offset < 0:
        raise TensorFileError("it is incomplete")
    handle.seek(offset)
    content = handle.read(size)
    if len(content) != size:
        raise TensorFileError("it is incomplete")
    return content
