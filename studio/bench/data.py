"""The pictures that are trained on: the real set where it is, else made-up ones of its shape."""

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.data.datasets import DatasetInfo, find_dataset, is_available

TRAIN, TEST = 12_000, 2_000


def pictures_for(source_id: str, data_dir: Path, scratch: Path) -> tuple[Path, str]:
    """A data folder that holds the set, and what to call it; made-up files go to `scratch`."""
    source = find_dataset(source_id)
    if is_available(source_id, data_dir):
        return data_dir, source.title
    if not is_available(source_id, scratch):
        _make_up(source, scratch)
    return scratch, f"made-up pictures in the shape of {source.title}"


def _make_up(source: DatasetInfo, scratch: Path) -> None:
    """Files as the set has them, of noise: how fast pictures are learned hangs on their shape."""
    folder, rng = source.raw_dir(scratch), np.random.default_rng(0)
    folder.mkdir(parents=True)
    shape = (source.image_size, source.image_size)
    for count, (images, labels) in zip((TRAIN, TEST), _pairs(source), strict=True):
        _write_idx(folder / images, rng.integers(0, 256, (count, *shape), np.uint8))
        _write_idx(folder / labels, np.arange(count).astype(np.uint8) % len(source.class_names))


def _pairs(source: DatasetInfo) -> list[tuple[str, str]]:
    """Names of the files of pictures and of labels, those of training first."""
    names = source.files
    return [(names[0], names[1]), (names[2], names[3])]


def _write_idx(path: Path, values: NDArray[np.uint8]) -> None:
    """An IDX file of unsigned bytes; see studio/data/formats/idx.py."""
    header = struct.pack(f">4B{values.ndim}I", 0, 0, 8, values.ndim, *values.shape)
    path.write_bytes(header + values.tobytes())
