"""Checks a safetensors file before it is opened; https://github.com/huggingface/safetensors."""

import struct
from pathlib import Path

from studio.files import open_regular
from studio.models.tensor_files.error import MAX_FILE_BYTES, TensorFileError

# The largest VGG takes 10 kB; the format allows 100 MB, which takes seconds and memory to parse.
MAX_HEADER_BYTES = 4 << 20


def check_safetensors(path: Path) -> None:
    """Check that a file is a regular one of limited size, also of its header.

    Raises OSError and TensorFileError.
    """
    with open_regular(path) as handle:
        start = handle.read(8)
        size = handle.seek(0, 2)
    length = struct.unpack("<Q", start)[0] if len(start) == 8 else size
    if 8 + length > size:
        raise TensorFileError("it is incomplete, or not a file of tensors")
    if size > MAX_FILE_BYTES:
        raise TensorFileError("it is too large")
    if length > MAX_HEADER_BYTES:
        raise TensorFileError("it describes too many tensors")
