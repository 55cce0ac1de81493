"""The registry of known datasets; importing it is cheap."""

import string
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from studio.data.drawing import DrawingStyle
from studio.data.formats.cifar import CIFAR10_MD5
from studio.data.formats.idx import find_idx
from studio.errors import ConfigError, nearest_hint

# The source of the user's own images, of which nothing is known beforehand.
FOLDER = "folder"

# What reads the files of a dataset: see `studio.data.dataset_reader`.
Reader = Literal["digits", "idx", "emnist", "cifar"]

_DIGITS = tuple("0123456789")
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


@dataclass(frozen=True)
class Archive:
    """A file to download: its name, address, MD5 as torchvision has it, and size in bytes.

    `files` are those it contains. An archive other than .zip and .tar.gz is a gzipped file.
    """

    name: str
    url: str
    md5: str
    size_bytes: int
    files: tuple[str, ...]


def _idx_archives(mirror: str, *rows: tuple[str, int]) -> tuple[Archive, ...]:
    """The four gzipped files of a dataset, with the MD5 and size of each."""
    return tuple(
        Archive(f"{name}.gz", f"{mirror}{name}.gz", md5, size_bytes, (name,))
        for name, (md5, size_bytes) in zip(_IDX_FILES, rows, strict=True)
    )


def _emnist_files(part: str) -> tuple[str, ...]:
    arrays = ("images-idx3", "labels-idx1")
    return tuple(
        f"emnist-{part}-{split}-{array}-ubyte" for split in ("train", "test") for array in arrays
    )


_EMNIST_ARCHIVE = Archive(
    "gzip.zip",
    "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip",
    "58c8d27c78d21e728a6bc7b3cc06412e",
    561_753_746,
    _emnist_files("digits") + _emnist_files("letters"),
)
_EMNIST_BYTES = 334_096_096

# The last one is not read here, but torchvision needs it.
_CIFAR10_FILES = (*CIFAR10_MD5, "batches.meta")


@dataclass(frozen=True)
class DatasetInfo:
    """A known dataset: what it contains, how drawings are converted for it, where its files are.

    `folder` is where torchvision's class keeps `files`, those of the training split first; a
    dataset without `archives` comes with a library. `unpacked_bytes` is what the files of all
    archives take on disk. Labels in the files start at `first_label`.
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
    folder: str = ""
    files: tuple[str, ...] = ()
    archives: tuple[Archive, ...] = ()
    unpacked_bytes: int = 0
    first_label: int = 0

    @property
    def is_builtin(self) -> bool:
        """Whether the dataset is available without a download."""
        return not self.archives

    @property
    def download_mb(self) -> int:
        """Size of the download in megabytes."""
        return sum(archive.size_bytes for archive in self.archives) // 1_000_000

    def raw_dir(self, data_dir: Path) -> Path:
        """The folder of the dataset's files below a data folder."""
        return data_dir / self.folder


_ROWS = (
    DatasetInfo(
        "digits",
        "Digits",
        "1,797 real handwritten digits of 8 by 8 pixels; always there",
        _DIGITS,
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
        _DIGITS,
        image_size=28,
        channels=1,
        count=70_000,
        drawing="mnist",
        folder="MNIST/raw",
        files=_IDX_FILES,
        archives=_idx_archives(
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            ("f68b3c2dcbeaaa9fbdd348bbdeb94873", 9_912_422),
            ("d53e105ee54ea40749a09fcbcd1e9432", 28_881),
            ("9fb629c4189551a2d022fa330f9573f3", 1_648_877),
            ("ec29112dd5afa0611ce80d1b7f02629c", 4_542),
        ),
        unpacked_bytes=54_950_048,
    ),
    DatasetInfo(
        "fashion_mnist",
        "Fashion-MNIST",
        "70,000 images of clothes, 28 by 28 pixels",
        _CLOTHES,
        image_size=28,
        channels=1,
        count=70_000,
        drawing="picture",
        folder="FashionMNIST/raw",
        files=_IDX_FILES,
        # The authors' repository: torchvision's mirror has no https.
        archives=_idx_archives(
            "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
            ("8d4fb7e6c68d591d4c3dfef9ec88bf0d", 26_421_880),
            ("25c81989df183df01b3e8a0aad5dffbe", 29_515),
            ("bef4ecab320f06d8554ea6380940ec79", 4_422_102),
            ("bb300cfdad3c16e7a12a480ee83cd310", 5_148),
        ),
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
        folder="KMNIST/raw",
        files=_IDX_FILES,
        # torchvision's mirror, over https.
        archives=_idx_archives(
            "https://codh.rois.ac.jp/kmnist/dataset/kmnist/",
            ("bdb82020997e1d708af4cf47b453dcf7", 18_165_135),
            ("e144d726b3acfaa3e44228e80efcd344", 29_497),
            ("5c965bf0a639b31b8f53240b1b52f4d7", 3_041_136),
            ("7320c461ea6c1c855c0b718fb2a4b134", 5_120),
        ),
        unpacked_bytes=54_950_048,
    ),
    DatasetInfo(
        "emnist_digits",
        "EMNIST digits",
        "280,000 handwritten digits of 28 by 28 pixels",
        _DIGITS,
        image_size=28,
        channels=1,
        count=280_000,
        drawing="mnist",
        reader="emnist",
        folder="EMNIST/raw",
        files=_emnist_files("digits"),
        archives=(_EMNIST_ARCHIVE,),
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
        folder="EMNIST/raw",
        files=_emnist_files("letters"),
        archives=(_EMNIST_ARCHIVE,),
        unpacked_bytes=_EMNIST_BYTES,
        first_label=1,
    ),
    DatasetInfo(
        "cifar10",
        "CIFAR-10",
        "60,000 color photographs of animals and vehicles, 32 by 32 pixels",
        ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
        image_size=32,
        channels=3,
        count=60_000,
        drawing="picture",
        reader="cifar",
        folder="cifar-10-batches-py",
        files=_CIFAR10_FILES,
        archives=(
            Archive(
                "cifar-10-python.tar.gz",
                "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
                "c58f30108f718f92721af3b95e74349a",
                170_498_071,
                _CIFAR10_FILES,
            ),
        ),
        unpacked_bytes=186_214_114,
    ),
)
DATASETS: dict[str, DatasetInfo] = {row.id: row for row in _ROWS}


def find_dataset(dataset_id: str) -> DatasetInfo:
    """Return the dataset of that id. Raises ConfigError naming the most similar id."""
    if dataset_id in DATASETS:
        return DATASETS[dataset_id]
    hint = nearest_hint(dataset_id, [*DATASETS, FOLDER])
    raise ConfigError("data.source", f"There is no dataset “{dataset_id}”.", hint)


def files_in_folder(info: DatasetInfo) -> tuple[str, ...]:
    """Return the files of all datasets in the folder of this one, which are downloaded together."""
    rows = [row for row in DATASETS.values() if row.folder == info.folder]
    return tuple(name for row in rows for name in row.files)


def is_available(dataset_id: str, data_dir: Path) -> bool:
    """Return whether every file of the dataset is in the data folder. Raises ConfigError."""
    info = find_dataset(dataset_id)
    folder = info.raw_dir(data_dir)
    return all(find_idx(folder, name) is not None for name in info.files)
