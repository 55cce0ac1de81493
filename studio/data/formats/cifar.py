"""Read the batches of CIFAR-10, pickles of Python 2, with an unpickler for arrays only."""

import hashlib
import io
import pickle
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.errors import DatasetError
from studio.files import read_regular

# MD5 of the published files, as in torchvision; the last one is the test split.
CIFAR10_MD5 = {
    "data_batch_1": "c99cafc152244af753f735de768cd75f",
    "data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
    "data_batch_3": "54ebc095f3ab1f0389bbae665268c751",
    "data_batch_4": "634d18415352ddfa80567beed471001a",
    "data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb",
    "test_batch": "40351d587109b95175f43aff81a1287e",
}
_CHANNELS, _SIDE = 3, 32
_MAX_BYTES = 64 << 20  # a batch has 31 MB
_HINT = "Download it again."


def _make_dtype(name: str, *_flags: int) -> "np.dtype[np.generic]":
    """NumPy deprecates the numbers with which Python 2 pickled the flags of a dtype."""
    return np.dtype(str(name))


# What the pickle of a byte array refers to; a malicious pickle could refer to any function.
_ALLOWED = {
    ("numpy.core.multiarray", "_reconstruct"): np.zeros(0).__reduce__()[0],
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): _make_dtype,
}


class _RefusedError(pickle.UnpicklingError):
    """The pickle refers to something else than an array."""


class _ArrayUnpickler(pickle.Unpickler):
    """Reads arrays, numbers and strings; refuses any other class."""

    def find_class(self, module: str, name: str) -> object:
        if (module, name) not in _ALLOWED:
            raise _RefusedError(f": it refers to {module}.{name}")
        return _ALLOWED[module, name]


def read_batch(path: Path, md5: str) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the images uint8 [N, 3, 32, 32] and labels int64 [N] of one batch file.

    Raises DatasetError when the checksum is wrong or the file contains anything else.
    """
    try:
        data = read_regular(path, _MAX_BYTES)
    except OSError as error:
        message = f"“{path}” cannot be read: {error.strerror or error}."
        raise DatasetError(message, _HINT) from None
    if hashlib.md5(data, usedforsecurity=False).hexdigest() != md5:
        raise DatasetError(f"“{path}” is not the published file: its checksum differs.", _HINT)
    try:
        batch = _ArrayUnpickler(io.BytesIO(data), encoding="latin1").load()
        pixels, labels = batch["data"], np.asarray(batch["labels"], np.int64)
        if pixels.dtype != np.uint8 or labels.shape != pixels.shape[:1]:
            raise ValueError("images and labels do not match")
        return pixels.reshape(-1, _CHANNELS, _SIDE, _SIDE), labels
    except Exception as error:
        # A malformed pickle can raise anything.
        reason = str(error) if isinstance(error, _RefusedError) else ""
        raise DatasetError(f"“{path}” is not a batch of CIFAR-10{reason}.", _HINT) from error
