"""The data sets the program knows: one row each. Nothing heavy is imported to read this table."""

import string
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from studio.data.drawing.preprocessing import DrawingStyle
from studio.data.formats.cifar import CIFAR10_MD5
from studio.data.formats.idx import find_idx
from studio.errors import ConfigError, nearest_hint

# The source of the user's own pictures: no row of the table, for nothing of it is known beforehand.
FOLDER = "folder"

# What reads the files of a set.
Reader = Literal["digits", "idx", "emnist", "cifar"]

_TEN_DIGITS = tuple("0123456789")
_CLOTHES = (
    "T-shirt",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
_IDX_FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
_EMNIST_URL = "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip"
_EMNIST_MB = 562
_EMNIST_BYTES = 334_096_096


def _emnist_files(split: str) -> tuple[str, ...]:
    kinds = ("images-idx3", "labels-idx1")
    return tuple(f"emnist-{split}-{p}-{kind}-ubyte" for p in ("train", "test") for kind in kinds)


@dataclass(frozen=True)
class DatasetInfo:
    """A data set: what it holds, how drawings are brought to its look, where its files lie.

    `kind` is torchvision's class that downloads it, empty for a set that ships with a library;
    `folder` is where that class keeps `files`, those of training first. `mirrors` are what replaces
    the class's own addresses, all of them encrypted; what comes from them is checked against the
    checksums torchvision holds. `download_mb` and `unpacked_bytes` are what a download brings.
    Labels in the files count from `first_label`.
    """

    id: str
    title: str
    summary: str
    class_names: tuple[str, ...]
    image_size: int
    channels: int
    count: int
    drawing: DrawingStyle
    reader: Reader = "idx"
    kind: str = ""
    folder: str = ""
    files: tuple[str, ...] = ()
    mirrors: tuple[str, ...] = ()
    download_mb: int = 0
    unpacked_bytes: int = 0
    first_label: int = 0

    @property
    def is_builtin(self) -> bool:
        """Whether the set is there without a download."""
        return not self.kind

    def raw_dir(self, data_dir: Path) -> Path:
        """The folder of the set's files below a data folder."""
        return data_dir / self.folder


_ROWS = (
    DatasetInfo(
        "digits",
        "Digits",
        "1,797 real handwritten digits of 8 by 8 pixels; always there",
        _TEN_DIGITS,
        image_size=8,
        channels=1,
        count=1_797,
        drawing="digits",
        reader="digits",
    ),
    DatasetInfo(
        "mnist",
        "MNIST",
        "70,000 handwritten digits of 28 by 28 pixels",
        _TEN_DIGITS,
        image_size=28,
        channels=1,
        count=70_000,
        drawing="mnist",
        kind="MNIST",
        folder="MNIST/raw",
        files=_IDX_FILES,
        mirrors=("https://ossci-datasets.s3.amazonaws.com/mnist/",),
        download_mb=11,
        unpacked_bytes=54_950_048,
    ),
    DatasetInfo(
        "fashion_mnist",
        "Fashion-MNIST",
        "70,000 pictures of clothes, 28 by 28 pixels",
        _CLOTHES,
        image_size=28,
        channels=1,
        count=70_000,
        drawing="picture",
        kind="FashionMNIST",
        folder="FashionMNIST/raw",
        files=_IDX_FILES,
        # torchvision's own mirror answers only without encryption; this is its authors' repository.
        mirrors=("https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",),
        download_mb=30,
        unpacked_bytes=54_950_048,
    ),
    DatasetInfo(
        "kmnist",
        "KMNIST",
        "70,000 handwritten Japanese characters of 28 by 28 pixels",
        ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
        image_size=28,
        channels=1,
        count=70_000,
        drawing="picture",
        kind="KMNIST",
        folder="KMNIST/raw",
        files=_IDX_FILES,
        # torchvision's own mirror, but encrypted.
        mirrors=("https://codh.rois.ac.jp/kmnist/dataset/kmnist/",),
        download_mb=21,
        unpacked_bytes=54_950_048,
    ),
    DatasetInfo(
        "emnist_digits",
        "EMNIST digits",
        "280,000 handwritten digits of 28 by 28 pixels",
        _TEN_DIGITS,
        image_size=28,
        channels=1,
        count=280_000,
        drawing="mnist",
        reader="emnist",
        kind="EMNIST",
        folder="EMNIST/raw",
        files=_emnist_files("digits"),
        mirrors=(_EMNIST_URL,),
        download_mb=_EMNIST_MB,
        unpacked_bytes=_EMNIST_BYTES,
    ),
    DatasetInfo(
        "emnist_letters",
        "EMNIST letters",
        "145,600 handwritten letters of 28 by 28 pixels, capital and small in one class",
        tuple(string.ascii_uppercase),
        image_size=28,
        channels=1,
        count=145_600,
        drawing="mnist",
        reader="emnist",
        kind="EMNIST",
        folder="EMNIST/raw",
        files=_emnist_files("letters"),
        mirrors=(_EMNIST_URL,),
        download_mb=_EMNIST_MB,
        unpacked_bytes=_EMNIST_BYTES,
        first_label=1,
    ),
    DatasetInfo(
        "cifar10",
        "CIFAR-10",
        "60,000 colour photographs of animals and vehicles, 32 by 32 pixels",
        ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
        image_size=32,
        channels=3,
        count=60_000,
        drawing="picture",
        reader="cifar",
        kind="CIFAR10",
        folder="cifar-10-batches-py",
        # The last is not read here, but torchvision wants it.
        files=(*CIFAR10_MD5, "batches.meta"),
        mirrors=("https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",),
        download_mb=170,
        unpacked_bytes=186_214_114,
    ),
)
DATASETS: dict[str, DatasetInfo] = {row.id: row for row in _ROWS}


def find_dataset(source_id: str) -> DatasetInfo:
    """The row of that id. Raises ConfigError naming the nearest one there is."""
    if source_id in DATASETS:
        return DATASETS[source_id]
    hint = nearest_hint(source_id, [*DATASETS, FOLDER])
    raise ConfigError("data.source", f"There is no data set “{source_id}”.", hint)


def files_together(source: DatasetInfo) -> tuple[str, ...]:
    """All files that one download brings: rows of one folder come together."""
    rows = [row for row in DATASETS.values() if row.folder == source.folder]
    return tuple(name for row in rows for name in row.files)


def is_available(source_id: str, data_dir: Path) -> bool:
    """Whether every file of the set lies in the data folder. Raises ConfigError."""
    source = find_dataset(source_id)
    folder = source.raw_dir(data_dir)
    return all(find_idx(folder, name) is not None for name in source.files)
