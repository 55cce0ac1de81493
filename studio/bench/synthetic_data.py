"""Synthetic datasets: a benchmark uses them where the published files are missing."""

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.data.datasets import DatasetInfo, find_dataset, is_available

TRAIN_COUNT, TEST_COUNT = 12_000, 2_000


def find_or_create_dataset(dataset_id: str, data_dir: Path, scratch: Path) -> tuple[Path, str]:
    """Return a data folder that holds the dataset, and a description of what is in it.

    If the dataset is not in `data_dir`, random images of its shape are written to `scratch`.
    """
    dataset = find_dataset(dataset_id)
    if is_available(dataset_id, data_dir):
        return data_dir, dataset.title
    if not is_available(dataset_id, scratch):
        _create_random_files(dataset, scratch)
    return scratch, f"synthetic images in the shape of {dataset.title}"


def _create_random_files(dataset: DatasetInfo, scratch: Path) -> None:
    """Write noise in the dataset's own format: the speed of training depends on the shape only."""
    folder, rng = dataset.raw_dir(scratch), np.random.default_rng(0)
    folder.mkdir(parents=True)
    shape = (dataset.image_size, dataset.image_size)
    names = dataset.files  # images and labels for training, then those for testing
    for count, images, labels in zip(
        (TRAIN_COUNT, TEST_COUNT), names[::2], names[1::2], strict=True
    ):
        write_idx(folder / images, rng.integers(0, 256, (count, *shape), np.uint8))
        write_idx(folder / labels, np.arange(count).astype(np.uint8) % len(dataset.class_names))


def write_idx(path: Path, values: NDArray[np.uint8]) -> None:
    """Write an IDX file of unsigned bytes; for the format see studio/data/formats/idx.py."""
    header = struct.pack(f">4B{values.ndim}I", 0, 0, 8, values.ndim, *values.shape)
    path.write_bytes(header + values.tobytes())
