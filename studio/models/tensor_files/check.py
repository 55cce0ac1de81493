"""Checks a file of `torch.save` in the zip format or in the format before torch 1.6."""

import io
import struct
from typing import BinaryIO

from studio.models.tensor_files.error import MAX_FILE_BYTES, TensorFileError
from studio.models.tensor_files.pickle_check import check_pickle, no_storage
from studio.models.tensor_files.pickle_values import STORAGE_TYPES, Container, Storage, is_kind
from studio.models.tensor_files.zip_directory import Member, read_directory

MAX_PICKLE_BYTES = 16 << 20
_ZIP_MAGIC = b"PK\x03\x04"
# Numbers with which every file in the old format begins.
_OLD_MAGIC, _OLD_PROTOCOL = 0x1950A86A20F9469CFC6C, 1001


def is_zip(handle: BinaryIO) -> bool:
    """Whether a file begins like a zip file, as those of torch since 1.6."""
    handle.seek(0)
    return handle.read(len(_ZIP_MAGIC)) == _ZIP_MAGIC


def check_tensor_file(handle: BinaryIO) -> None:
    """Check that a file holds tensors and plain values only, and that all of its data are there.

    Raises TensorFileError with the reason, and OSError. `handle` is at the beginning afterwards.
    """
    if handle.seek(0, 2) > MAX_FILE_BYTES:
        raise TensorFileError("it is too large")
    if is_zip(handle):
        _check_zip(handle)
    else:
        _check_old(handle)
    handle.seek(0)


def _check_zip(handle: BinaryIO) -> None:
    members = read_directory(handle)
    folder = next(iter(members), "").partition("/")[0]
    if any(name.partition("/")[0] != folder for name in members):
        raise TensorFileError("it contains more than one folder")
    pickle = members.get(f"{folder}/data.pkl")
    if pickle is None or f"{folder}/constants.pkl" in members:
        raise TensorFileError("it contains a program, or no tensors")
    if pickle.size > MAX_PICKLE_BYTES:
        raise TensorFileError("it contains too many values")
    handle.seek(pickle.offset)
    storages = _ZipStorages(members, f"{folder}/data/")
    check_pickle(io.BytesIO(handle.read(pickle.size)), storages.find)


class _ZipStorages:
    """The data of tensors, each a member of the archive."""

    def __init__(self, members: dict[str, Member], prefix: str) -> None:
        self._members, self._prefix = members, prefix
        self._found: dict[str, tuple[str, Storage]] = {}

    def find(self, key: str, storage_type: str, elements: int) -> Storage:
        if key in self._found:
            return _same(self._found[key], storage_type, elements)
        member = self._members.get(self._prefix + key)
        storage = Storage(elements, STORAGE_TYPES[storage_type])
        if member is None or member.size != elements * storage.item_bytes:
            raise TensorFileError("the data of a tensor in it are incomplete")
        self._found[key] = storage_type, storage
        return storage


class _OldStorages:
    """The data of tensors that follow the pickles, in an order that is known at their end."""

    def __init__(self, file_bytes: int) -> None:
        self._available = file_bytes
        self.found: dict[str, tuple[str, Storage]] = {}

    def find(self, key: str, storage_type: str, elements: int) -> Storage:
        if key in self.found:
            return _same(self.found[key], storage_type, elements)
        storage = Storage(elements, STORAGE_TYPES[storage_type])
        self._available -= elements * storage.item_bytes
        if self._available < 0:
            raise TensorFileError("the data of a tensor in it are incomplete")
        self.found[key] = storage_type, storage
        return storage


def _same(found: tuple[str, Storage], storage_type: str, elements: int) -> Storage:
    known_type, storage = found
    if known_type != storage_type or storage.elements != elements:
        raise TensorFileError("two tensors in it disagree about their data")
    return storage


def _check_old(handle: BinaryIO) -> None:
    """Two numbers, a dict about the machine, the value, the order of the storages; their data."""
    file_bytes = handle.seek(0, 2)
    handle.seek(0)
    pickles = io.BytesIO(handle.read(MAX_PICKLE_BYTES))
    for expected in (_OLD_MAGIC, _OLD_PROTOCOL):
        if check_pickle(pickles, no_storage) != expected:
            raise TensorFileError("it is not a file of tensors")
    check_pickle(pickles, no_storage)
    storages = _OldStorages(file_bytes)
    check_pickle(pickles, storages.find)
    order = check_pickle(pickles, no_storage)
    if not is_kind(order, "list") or sorted(map(str, order.items)) != sorted(storages.found):
        raise TensorFileError("the data of a tensor in it are incomplete")
    handle.seek(pickles.tell())
    _check_old_data(handle, order, storages.found, file_bytes)


def _check_old_data(
    handle: BinaryIO, order: Container, found: dict[str, tuple[str, Storage]], file_bytes: int
) -> None:
    for key in order.items:
        count = handle.read(8)
        storage = found[str(key)][1]
        end = handle.tell() + storage.elements * storage.item_bytes
        if len(count) < 8 or struct.unpack("<q", count)[0] != storage.elements or end > file_bytes:
            raise TensorFileError("the data of a tensor in it are incomplete")
        handle.seek(end)
