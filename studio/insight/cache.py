"""Answers of a network to a split, kept so that a second look costs nothing."""

import hashlib
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.data import ImageDataset, Split
from studio.files import write_atomic
from studio.paths import BUNDLED, cache_dir


def read_probabilities(
    run: str | Path, weights: Path, image_set: ImageDataset, split: Split
) -> NDArray[np.float32] | None:
    """Probabilities [M, K] kept earlier from these very weights and data, else None."""
    try:
        path = _path(run, split)
        with path.open("rb") as handle, np.load(handle, allow_pickle=False) as kept:
            if str(kept["key"]) == _key(weights, image_set):
                return np.asarray(kept["probabilities"], np.float32)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        pass  # missing or damaged: it is only a cache
    return None


def write_probabilities(
    run: str | Path,
    weights: Path,
    image_set: ImageDataset,
    split: Split,
    probabilities: NDArray[np.float32],
) -> None:
    """Keep the answers. A folder that cannot be written only makes the next look slower."""
    path = _path(run, split)
    key = _key(weights, image_set)

    def write(partial: Path) -> None:
        with partial.open("wb") as handle:
            np.savez(handle, key=np.array(key), probabilities=probabilities)

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, write)
    except OSError:
        return


def _path(run: str | Path, split: Split) -> Path:
    folder = Path(run) if str(run) != BUNDLED else cache_dir() / BUNDLED
    return folder / "predictions" / f"{split}.npz"


def _key(weights: Path, image_set: ImageDataset) -> str:
    digest = hashlib.blake2b(weights.read_bytes(), digest_size=8).hexdigest()
    return f"{digest}-{image_set.fingerprint}"
