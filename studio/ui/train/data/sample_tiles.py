"""The pictures of a data set with what to say of each. No Qt here."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from studio.data.image_dataset import ImageDataset, Split
from studio.ui.train.data.preview import Preview

PART_WORDS: dict[Split, str] = {"train": "training", "val": "validation", "test": "test"}
UNUSED = "not used"


@dataclass(frozen=True, eq=False)
class SampleTiles:
    """All pictures of a preview as the tiles of a grid; their positions are those in the set.

    `with_class` writes the class of each picture too, for pictures of several classes.
    """

    preview: Preview
    with_class: bool = False
    _parts: NDArray[np.int8] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_parts", part_codes(self.preview.image_set))

    @property
    def images(self) -> NDArray[np.uint8]:
        """The pictures, uint8 [N, C, H, W]."""
        return self.preview.image_set.images

    def file(self, position: int) -> str:
        """The name of the file below the chosen folder, or nothing for a set without files."""
        files = self.preview.image_set.files
        return files[position] if files else ""

    def class_name(self, position: int) -> str:
        """What the picture shows."""
        label = int(self.preview.image_set.labels[position])
        return self.preview.class_names[label] if label >= 0 else "left out"

    def part(self, position: int) -> str:
        """What the picture is used for, in words."""
        return [*PART_WORDS.values(), UNUSED][self._parts[position]]

    def caption(self, position: int) -> str:
        """The bare name of the file, or the place in the set."""
        return self.file(position).rpartition("/")[2] or f"No. {position:,}"

    def details(self, position: int) -> tuple[str]:
        """The part, and the class if wanted."""
        part = self.part(position)
        return (f"{self.class_name(position)} · {part}" if self.with_class else part,)

    def description(self, position: int) -> str:
        """Name, class and part in full."""
        name = self.file(position) or self.caption(position)
        return f"{name}: {self.class_name(position)}, {self.part(position)}"

    def longest_caption(self) -> str:
        """Room for a short file name, and for the class if that is written."""
        if self.with_class:
            return f"{max(self.preview.class_names, key=len)} · validation"
        return "IMG_0001.jpg" if self.preview.image_set.files else "No. 60,000"


def part_codes(image_set: ImageDataset) -> NDArray[np.int8]:
    """For each picture the place of its part in PART_WORDS; one more for pictures not used."""
    codes = np.full(len(image_set.labels), len(PART_WORDS), np.int8)
    for code, name in enumerate(PART_WORDS):
        codes[image_set.splits[name]] = code
    return codes
