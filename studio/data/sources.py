"""The data sets the program knows: one row each. Nothing heavy is imported to read this table."""

from dataclasses import dataclass
from pathlib import Path

from studio.data.drawing import DrawingStyle
from studio.data.idx import find_idx
from studio.errors import ConfigError, nearest_hint

# The source of the user's own pictures: no row of the table, for nothing of it is known beforehand.
FOLDER = "folder"

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


@dataclass(frozen=True)
class Source:
    """A data set: what it holds, how drawings are brought to its look, where its files lie.

    `folder` is where torchvision's class of the same name keeps the files, empty for a set that
    ships with a library. `mirrors` are tried in order; their files are checked against the
    checksums torchvision holds. `unpacked_bytes` is the size of the unpacked files.
    """

    id: str
    title: str
    summary: str
    class_names: tuple[str, ...]
    image_size: int
    channels: int
    count: int
    drawing: DrawingStyle
    folder: str = ""
    files: tuple[str, ...] = ()
    mirrors: tuple[str, ...] = ()
    download_mb: int = 0
    unpacked_bytes: int = 0

    @property
    def embedded(self) -> bool:
        """Whether the set is there without a download."""
        return not self.folder

    def raw_dir(self, data_dir: Path) -> Path:
        """The folder of the set's files below a data folder."""
        return data_dir / self.folder / "raw"


_ROWS = (
    Source(
        "digits",
        "Digits",
        "1,797 real handwritten digits of 8 by 8 pixels; always there",
        _TEN_DIGITS,
        image_size=8,
        channels=1,
        count=1_797,
        drawing="digits",
    ),
    Source(
        "mnist",
        "MNIST",
        "70,000 handwritten digits of 28 by 28 pixels",
        _TEN_DIGITS,
        image_size=28,
        channels=1,
        count=70_000,
        drawing="mnist",
        folder="MNIST",
        files=_IDX_FILES,
        mirrors=("https://ossci-datasets.s3.amazonaws.com/mnist/",),
        download_mb=11,
        unpacked_bytes=54_950_048,
    ),
    Source(
        "fashion_mnist",
        "Fashion-MNIST",
        "70,000 pictures of clothes, 28 by 28 pixels",
        _CLOTHES,
        image_size=28,
        channels=1,
        count=70_000,
        drawing="picture",
        folder="FashionMNIST",
        files=_IDX_FILES,
        # torchvision's own mirror answers only without encryption; this is its authors' repository.
        mirrors=("https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",),
        download_mb=30,
        unpacked_bytes=54_950_048,
    ),
)
SOURCES: dict[str, Source] = {row.id: row for row in _ROWS}


def find_source(source_id: str) -> Source:
    """The row of that id. Raises ConfigError naming the nearest one there is."""
    if source_id in SOURCES:
        return SOURCES[source_id]
    hint = nearest_hint(source_id, [*SOURCES, FOLDER])
    raise ConfigError("data.source", f"There is no data set “{source_id}”.", hint)


def is_available(source_id: str, data_dir: Path) -> bool:
    """Whether every file of the set lies in the data folder. Raises ConfigError."""
    source = find_source(source_id)
    folder = source.raw_dir(data_dir)
    return all(find_idx(folder, name) is not None for name in source.files)
