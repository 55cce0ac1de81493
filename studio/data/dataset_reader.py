"""Read the files of a known dataset, whatever their format."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.data.datasets import DatasetInfo
from studio.data.formats.cifar import CIFAR10_MD5, read_batch
from studio.data.formats.idx import find_idx, read_idx
from studio.errors import DatasetError

Images = NDArray[np.uint8]
Labels = NDArray[np.int64]


def read_dataset_files(info: DatasetInfo, data_dir: Path) -> tuple[Images, Labels, int]:
    """Return images [N, C, H, W], labels [N], and how many of the last are the test split.

    The count is 0 for a dataset without a test split of its own. Raises DatasetError when files
    are missing or damaged.
    """
    match info.reader:
        case "digits":
            images, labels, test_count = _read_digits()
        case "cifar":
            images, labels, test_count = _read_cifar(info, data_dir)
        case "idx" | "emnist":
            images, labels, test_count = _read_idx_files(info, data_dir)
        case "handwriting":
            raise ValueError("studio.data.handwriting.dataset reads the user's drawings")
    labels = labels - info.first_label
    if labels.min() < 0 or labels.max() >= len(info.class_names):
        first = info.first_label
        last = len(info.class_names) - 1 + first
        message = f"{info.title} has labels outside {first} to {last}."
        raise DatasetError(message, "Download it again.")
    return images, labels, test_count


def _read_digits() -> tuple[Images, Labels, int]:
    """The UCI digits of scikit-learn, scaled from 0..16 to 0..255."""
    from sklearn.datasets import load_digits  # slow to import, and only needed here

    digits = load_digits()
    images = np.rint(digits.images * (255 / 16)).astype(np.uint8)[:, None]
    return images, digits.target.astype(np.int64), 0


def _read_cifar(info: DatasetInfo, data_dir: Path) -> tuple[Images, Labels, int]:
    folder = info.raw_dir(data_dir)
    batches = [read_batch(_find(info, folder, name), md5) for name, md5 in CIFAR10_MD5.items()]
    images, labels = (np.concatenate(arrays) for arrays in zip(*batches, strict=True))
    return images, labels, len(batches[-1][1])


def _read_idx_files(info: DatasetInfo, data_dir: Path) -> tuple[Images, Labels, int]:
    """The training split followed by the test split."""
    folder = info.raw_dir(data_dir)
    splits = [_read_split(info, folder, files) for files in (info.files[:2], info.files[2:])]
    images = np.concatenate([images for images, _ in splits])[:, None]
    labels = np.concatenate([labels for _, labels in splits]).astype(np.int64)
    return images, labels, len(splits[1][1])


def _read_split(info: DatasetInfo, folder: Path, files: tuple[str, ...]) -> tuple[Images, Images]:
    images, labels = (read_idx(_find(info, folder, name)) for name in files)
    size = info.image_size
    if images.shape[1:] != (size, size) or labels.shape != images.shape[:1]:
        raise DatasetError(f"The files in “{folder}” are not those of {info.title}.")
    # EMNIST stores its images column by column.
    return (images.transpose(0, 2, 1) if info.reader == "emnist" else images), labels


def _find(info: DatasetInfo, folder: Path, name: str) -> Path:
    path = find_idx(folder, name)
    if path is None:
        hint = f"Get it with: vgg-studio data download {info.id}"
        raise DatasetError(f"{info.title} is not in “{folder}”: no {name}.", hint)
    return path
