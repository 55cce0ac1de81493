"""Predictions for a split on disk, so that a second evaluation takes no time."""

import hashlib
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.data import ImageDataset, Split
from studio.files import write_atomic
from studio.paths import BUNDLED, cache_dir


def read_probabilities(
    run: str | Path, weights: Path, dataset: ImageDataset, split: Split
) -> NDArray[np.float32] | None:
    """Cached probabilities [M, K] of the same weights and data, else None."""
    try:
        path = _path(run, split)
        with path.open("rb") as handle, np.load(handle, allow_pickle=False) as cached:
            if str(cached["key"]) == _key(weights, dataset):
                return np.asarray(cached["probabilities"], np.float32)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        pass  # a missing or damaged cache is computed again
    return None


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
    folder = Path(run) if str(run) != BUNDLED else cache_dir() / BUNDLED
    return folder / "predictions" / f"{split}.npz"


def _key(weights: Path, dataset: ImageDataset) -> str:
    digest = hashlib.blake2b(weights.read_bytes(), digest_size=8).hexdigest()
    return f"{digest}-{dataset.fingerprint}"
