"""The registry of known datasets; importing it is cheap."""

import string
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from studio.data.drawing import DrawingStyle
from studio.data.formats.cifar import CIFAR10_MD5
from studio.data.formats.idx import find_idx
from studio.errors import ConfigError, nearest_hint, quoted

# The source of the user's own images, of which nothing is known beforehand.
FOLDER = "folder"

# The drawings that the user saved on the Draw page: see `studio.data.handwriting`.
HANDWRITING = "handwriting"

# What reads the files of a dataset: see `studio.data.dataset_reader`, and for the user's drawings
# `studio.data.handwriting.dataset`.
Reader = Literal["digits", "idx", "emnist", "cifar", "handwriting"]

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
    """A file to download: its name, address, SHA-256, and size in bytes.

    The checksums and sizes are those that TensorFlow Datasets and Keras publish. `files` are those
    it contains. An archive other than .zip and .tar.gz is a gzipped file.
    """

    name: str
    url: str
    sha256: str
    size_bytes: int
    files: tuple[str, ...]


def _idx_archives(mirror: str, *rows: tuple[str, int]) -> tuple[Archive, ...]:
    """The four gzipped files of a dataset, with the SHA-256 and size of each."""
    return tuple(
        Archive(f"{name}.gz", f"{mirror}{name}.gz", sha256, size_bytes, (name,))
        for name, (sha256, size_bytes) in zip(_IDX_FILES, rows, strict=True)
    )


def _emnist_files(part: str) -> tuple[str, ...]:
    arrays = ("images-idx3", "labels-idx1")
    return tuple(
        f"emnist-{part}-{split}-{array}-ubyte" for split in ("train", "test") for array in arrays
    )


_EMNIST_ARCHIVE = Archive(
    "gzip.zip",
    "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip",
    "fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e",
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
    def is_handwriting(self) -> bool:
        """Whether it is made of the user's drawings, of which there may be any number."""
        return self.reader == "handwriting"

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
            ("440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609", 9_912_422),
            ("3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c", 28_881),
            ("8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6", 1_648_877),
            ("f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6", 4_542),
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
            ("3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84", 26_421_880),
            ("a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845", 29_515),
            ("346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073", 4_422_102),
            ("67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5", 5_148),
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
            ("51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4", 18_165_135),
            ("e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17", 29_497),
            ("edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5", 3_041_136),
            ("20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c", 5_120),
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
                "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
                170_498_071,
                _CIFAR10_FILES,
            ),
        ),
        unpacked_bytes=186_214_114,
    ),
    DatasetInfo(
        HANDWRITING,
        "My handwriting",
        "Your own drawings, saved with their labels on the Draw page",
        _DIGITS,
        image_size=28,
        channels=1,
        count=0,
        drawing="mnist",
        reader="handwriting",
        folder=HANDWRITING,
    ),
)
DATASETS: dict[str, DatasetInfo] = {row.id: row for row in _ROWS}


def find_dataset(dataset_id: str) -> DatasetInfo:
    """Return the dataset of that id. Raises ConfigError naming the most similar id."""
    if dataset_id in DATASETS:
        return DATASETS[dataset_id]
    hint = nearest_hint(dataset_id, [*DATASETS, FOLDER])
    raise ConfigError("data.source", f"There is no dataset {quoted(dataset_id)}.", hint)


def count_drawings(folder: Path) -> int:
    """Return the number of the user's drawings in a folder, without reading them."""
    try:
        return sum(path.suffix == ".json" and path.stem.isdecimal() for path in folder.iterdir())
    except OSError:  # nothing was drawn yet
        return 0


def files_in_folder(info: DatasetInfo) -> tuple[str, ...]:
    """Return the files of all datasets in the folder of this one, which are downloaded together."""
    rows = [row for row in DATASETS.values() if row.folder == info.folder]
    return tuple(name for row in rows for name in row.files)


def is_available(dataset_id: str, data_dir: Path) -> bool:
    """Return whether every file of the dataset is in the data folder. Raises ConfigError.

    The user's own drawings are available as soon as there is one.
    """
    info = find_dataset(dataset_id)
    folder = info.raw_dir(data_dir)
    if info.is_handwriting:
        return count_drawings(folder) > 0
    return all(find_idx(folder, name) is not None for name in info.files)
