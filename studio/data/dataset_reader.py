"""The pictures of a known set as its files hold them, whatever the kind of file."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.data.datasets import DatasetInfo
from studio.data.formats.cifar import CIFAR10_MD5, read_batch
from studio.data.formats.idx import find_idx, read_idx
from studio.errors import DatasetError

Pictures = NDArray[np.uint8]
Labels = NDArray[np.int64]


def read_source(source: DatasetInfo, data_dir: Path) -> tuple[Pictures, Labels, int]:
    """Pictures [N, C, H, W], labels [N], and how many at the end are the set's own test part.

    Nothing is written. Raises DatasetError when files are missing or damaged.
    """
    match source.reader:
        case "digits":
            images, labels, test_count = _read_digits()
        case "cifar":
            images, labels, test_count = _read_cifar(source, data_dir)
        case "idx" | "emnist":
            images, labels, test_count = _read_idx_set(source, data_dir)
    labels = labels - source.first_label
    if labels.min() < 0 or labels.max() >= len(source.class_names):
        first = source.first_label
        most = len(source.class_names) - 1 + first
        message = f"{source.title} has labels outside {first} to {most}."
        raise DatasetError(message, "Download it again.")
    return images, labels, test_count


def _read_digits() -> tuple[Pictures, Labels, int]:
    """The UCI digits of scikit-learn: counts of 0..16 become grey levels of 0..255."""
    from sklearn.datasets import load_digits  # takes a second; only the digits pay for it

    digits = load_digits()
    images = np.rint(digits.images * (255 / 16)).astype(np.uint8)[:, None]
    return images, digits.target.astype(np.int64), 0


def _read_cifar(source: DatasetInfo, data_dir: Path) -> tuple[Pictures, Labels, int]:
    folder = source.raw_dir(data_dir)
    batches = [read_batch(_find(source, folder, name), md5) for name, md5 in CIFAR10_MD5.items()]
    images, labels = (np.concatenate(parts) for parts in zip(*batches, strict=True))
    return images, labels, len(batches[-1][1])


def _read_idx_set(source: DatasetInfo, data_dir: Path) -> tuple[Pictures, Labels, int]:
    """The training part followed by the test part."""
    folder = source.raw_dir(data_dir)
    parts = [_read_part(source, folder, files) for files in (source.files[:2], source.files[2:])]
    images = np.concatenate([images for images, _ in parts])[:, None]
    labels = np.concatenate([labels for _, labels in parts]).astype(np.int64)
    return images, labels, len(parts[1][1])


def _read_part(
    source: DatasetInfo, folder: Path, files: tuple[str, ...]
) -> tuple[Pictures, Pictures]:
    images, labels = (read_idx(_find(source, folder, name)) for name in files)
    side = source.image_size
    if images.shape[1:] != (side, side) or labels.shape != images.shape[:1]:
        raise DatasetError(f"The files in “{folder}” are not those of {source.title}.")
    # EMNIST was written column by column.
    return (images.transpose(0, 2, 1) if source.reader == "emnist" else images), labels


def _find(source: DatasetInfo, folder: Path, name: str) -> Path:
    path = find_idx(folder, name)
    if path is None:
        hint = f"Get it with: vgg-studio data download {source.id}"
        raise DatasetError(f"{source.title} is not in “{folder}”: no {name}.", hint)
    return path
