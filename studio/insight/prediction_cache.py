"""Predictions for a split on disk, so that a second evaluation takes no time."""

import hashlib
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.array_files import read_npz
from studio.data import ImageDataset, Split
from studio.files import open_regular, write_atomic
from studio.paths import BUNDLED, cache_dir
from studio.runs.stored_epochs import cache_location

_HASH_BLOCK_BYTES = 1 << 20


def read_probabilities(
    run: str | Path, weights: Path, dataset: ImageDataset, split: Split
) -> NDArray[np.float32] | None:
    """Cached probabilities [M, K] of the same weights and data, else None."""
    try:
        cached = read_npz(_path(run, split), ("key", "probabilities"))
        if str(cached["key"]) != _key(weights, dataset):
            return None
        probabilities = np.asarray(cached["probabilities"], np.float32)
    except (OSError, ValueError):
        return None  # a missing or damaged cache is computed again
    shape = len(dataset.splits[split]), len(dataset.class_names)
    is_usable = probabilities.shape == shape and np.isfinite(probabilities).all()
    return probabilities if is_usable else None


def write_probabilities(
    run: str | Path,
    weights: Path,
    dataset: ImageDataset,
    split: Split,
    probabilities: NDArray[np.float32],
) -> None:
    """Cache the probabilities. A folder that cannot be written is no error."""
    path = _path(run, split)
    key = _key(weights, dataset)

    def write(partial: Path) -> None:
        with partial.open("wb") as handle:
            np.savez(handle, key=np.array(key), probabilities=probabilities)

    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, write)


def _path(run: str | Path, split: Split) -> Path:
    if str(run) == BUNDLED:
        return cache_dir() / BUNDLED / "predictions" / f"{split}.npz"
    folder, name = cache_location(Path(run), split)
    return folder / "predictions" / f"{name}.npz"


def _key(weights: Path, dataset: ImageDataset) -> str:
    return f"{hash_file(weights)}-{dataset.fingerprint}"


def hash_file(path: Path) -> str:
    """Return 16 hex digits that identify the content of a file. Raises OSError."""
    digest = hashlib.blake2b(digest_size=8)
    with open_regular(path) as handle:
        while block := handle.read(_HASH_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()
