"""Copies of a dataset in which some training labels are wrong."""

import shutil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.bench.synthetic_data import write_idx
from studio.data.datasets import DatasetInfo
from studio.data.formats.idx import find_idx, read_idx

FLIPPED_FRACTION = 0.02
_FLIPPED_FILE = "flipped.npy"


def copy_with_flipped_labels(info: DatasetInfo, source: Path, target: Path, seed: int = 0) -> None:
    """Copy an IDX dataset to `target`; a fraction of its training labels become another class.

    The samples and their new classes are uniformly random.
    """
    folder = info.raw_dir(target)
    folder.mkdir(parents=True, exist_ok=True)
    for name in info.files:
        found = find_idx(info.raw_dir(source), name)
        assert found is not None, "the caller checks that the dataset is available"
        if name != info.files[1]:
            shutil.copyfile(found, folder / found.name)
            continue
        labels, flipped = flip_labels(read_idx(found), len(info.class_names), seed)
        write_idx(folder / name, labels)
        np.save(target / _FLIPPED_FILE, flipped)


def flip_labels(
    labels: NDArray[np.uint8], classes: int, seed: int
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return labels of which a fraction is another class, and the rows of these, int64 [n]."""
    rng = np.random.default_rng(seed)
    flipped = np.sort(rng.choice(len(labels), round(FLIPPED_FRACTION * len(labels)), replace=False))
    changed = labels.copy()
    shifts = rng.integers(1, classes, len(flipped))
    changed[flipped] = (labels[flipped] + shifts) % classes
    return changed, flipped


def read_flipped_rows(folder: Path) -> NDArray[np.int64]:
    """Return the rows of the training file whose labels `copy_with_flipped_labels` changed."""
    return np.asarray(np.load(folder / _FLIPPED_FILE), np.int64)
