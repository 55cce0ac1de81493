"""From a DataConfig to an ImageSet."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.config import DataConfig
from studio.data.idx import find_idx, read_idx
from studio.data.image_set import ImageSet, Split
from studio.data.sources import Source, find_source
from studio.data.splits import stratified_split
from studio.errors import DatasetError, Stopped

Progress = Callable[[float, str], None]
ShouldStop = Callable[[], bool]
Pictures = NDArray[np.uint8]
Labels = NDArray[np.int64]

# The digits come without a test part of their own.
_DIGITS_TEST_SHARE = 0.2


def load_image_set(
    config: DataConfig,
    data_dir: Path,
    progress: Progress = lambda share, text: None,
    should_stop: ShouldStop = lambda: False,
) -> ImageSet:
    """Read a data set from `data_dir`, where nothing is written, and split it.

    Validation is a stratified, seeded part of the training pictures. Raises DatasetError when files
    are missing or damaged, ConfigError for an unknown set, Stopped when asked to stop.
    """
    source = find_source(config.source)
    progress(0.0, f"Reading {source.title}")
    images, labels, test = _read(source, data_dir)
    if config.image_size not in (None, images.shape[2]):
        images = _resize(images, config.image_size, progress, should_stop)
    progress(1.0, f"Read {source.title}")
    rest = np.setdiff1d(np.arange(len(labels)), test)
    train, val = stratified_split(labels, rest, config.val_share, config.split_seed)
    splits: dict[Split, Labels] = {"train": train, "val": val, "test": test}
    return ImageSet(source.id, images, labels, source.class_names, splits, source.drawing)


def _read(source: Source, data_dir: Path) -> tuple[Pictures, Labels, Labels]:
    """Pictures, labels and the indices of the test part."""
    images, labels, test = _read_digits() if source.embedded else _read_idx_set(source, data_dir)
    if labels.min() < 0 or labels.max() >= len(source.class_names):
        most = len(source.class_names) - 1
        raise DatasetError(f"{source.title} has labels outside 0 to {most}.", "Download it again.")
    return images, labels, test


def _read_digits() -> tuple[Pictures, Labels, Labels]:
    """The UCI digits of scikit-learn: counts of 0..16 become grey levels of 0..255."""
    from sklearn.datasets import load_digits  # takes a second; only the digits pay for it

    digits = load_digits()
    images = np.rint(digits.images * (255 / 16)).astype(np.uint8)[:, None]
    labels = digits.target.astype(np.int64)
    everything = np.arange(len(labels))
    # The test part never moves, whatever the seeds: figures of all runs stay comparable.
    _, test = stratified_split(labels, everything, _DIGITS_TEST_SHARE, seed=0)
    return images, labels, test


def _read_idx_set(source: Source, data_dir: Path) -> tuple[Pictures, Labels, Labels]:
    """The training part followed by the test part."""
    parts = [_read_part(source, data_dir, files) for files in (source.files[:2], source.files[2:])]
    images = np.concatenate([images for images, _ in parts])[:, None]
    labels = np.concatenate([labels for _, labels in parts]).astype(np.int64)
    return images, labels, np.arange(len(parts[0][1]), len(labels))


def _read_part(source: Source, data_dir: Path, files: tuple[str, ...]) -> tuple[Pictures, Pictures]:
    folder = source.raw_dir(data_dir)
    paths = [find_idx(folder, name) for name in files]
    if paths[0] is None or paths[1] is None:
        missing = files[0] if paths[0] is None else files[1]
        hint = f"Get it with: vgg-studio data download {source.id}"
        raise DatasetError(f"{source.title} is not in “{folder}”: no {missing}.", hint)
    images, labels = read_idx(paths[0]), read_idx(paths[1])
    side = source.image_size
    if images.shape[1:] != (side, side) or labels.shape != images.shape[:1]:
        raise DatasetError(f"The files in “{folder}” are not those of {source.title}.")
    return images, labels


def _resize(images: Pictures, size: int, progress: Progress, should_stop: ShouldStop) -> Pictures:
    """Bring grey pictures to another side, antialiased."""
    resized = np.empty((len(images), images.shape[1], size, size), np.uint8)
    for index, picture in enumerate(images):
        if index % 1000 == 0:
            if should_stop():
                raise Stopped
            progress(index / len(images), f"Resizing to {size} by {size} pixels")
        for channel, plane in enumerate(picture):
            scaled = Image.fromarray(plane).resize((size, size), Image.Resampling.BILINEAR)
            resized[index, channel] = np.asarray(scaled)
    return resized
