"""The samples of a dataset as tiles of a grid, with their texts. No Qt here."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from studio.data.image_dataset import ImageDataset, Split
from studio.ui.train.data.preview import Preview

SPLIT_NAMES: dict[Split, str] = {"train": "training", "val": "validation", "test": "test"}
UNUSED = "unused"


@dataclass(frozen=True, eq=False)
class SampleTiles:
    """All samples of a preview as tiles; positions are those in the dataset.

    With `with_class` the details name the class too.
    """

    preview: Preview
    with_class: bool = False
    _splits: NDArray[np.int8] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_splits", split_codes(self.preview.dataset))

    @property
    def images(self) -> NDArray[np.uint8]:
        """The images, uint8 [N, C, H, W]."""
        return self.preview.dataset.images

    def file(self, position: int) -> str:
        """Return the file relative to the dataset, empty for a dataset without files."""
        files = self.preview.dataset.files
        return files[position] if files else ""

    def class_name(self, position: int) -> str:
        """Return the name of the class."""
        label = int(self.preview.dataset.labels[position])
        return self.preview.class_names[label] if label >= 0 else "excluded"

    def split(self, position: int) -> str:
        """Return the name of the split."""
        return [*SPLIT_NAMES.values(), UNUSED][self._splits[position]]

    def caption(self, position: int) -> str:
        """Return the name of the file, or the position in the dataset."""
        return self.file(position).rpartition("/")[2] or f"No. {position:,}"

    def details(self, position: int) -> tuple[str]:
        """Return the split, with the class if wanted."""
        split = self.split(position)
        return (f"{self.class_name(position)} · {split}" if self.with_class else split,)

    def description(self, position: int) -> str:
        """Return file, class and split."""
        name = self.file(position) or self.caption(position)
        return f"{name}: {self.class_name(position)}, {self.split(position)}"

    def longest_caption(self) -> str:
        """Return a text as wide as the longest one that should fit."""
        if self.with_class:
            return f"{max(self.preview.class_names, key=len)} · validation"
        return "IMG_0001.jpg" if self.preview.dataset.files else "No. 60,000"


def split_codes(dataset: ImageDataset) -> NDArray[np.int8]:
    """Return for each sample the index of its split in SPLIT_NAMES; the next one if unused."""
    codes = np.full(len(dataset.labels), len(SPLIT_NAMES), np.int8)
    for code, name in enumerate(SPLIT_NAMES):
        codes[dataset.splits[name]] = code
    return codes
