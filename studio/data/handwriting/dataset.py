"""The user's drawings as a dataset: labeled images like those of MNIST, with fixed splits."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.config import DataConfig
from studio.data.datasets import DatasetInfo
from studio.data.handwriting.sample import HandwritingSample
from studio.data.handwriting.store import HandwritingStore
from studio.data.image_dataset import ImageDataset, Split
from studio.data.overlay.locations import own_images_key
from studio.data.sample_ids import SampleIds
from studio.data.splits import make_splits
from studio.errors import DatasetError
from studio.paths import handwriting_dir

HOW_TO_DRAW = "Draw them on the Draw page, under “My handwriting”."
_DIGITS = tuple("0123456789")


def read_handwriting(info: DatasetInfo, config: DataConfig, data_dir: Path) -> ImageDataset:
    """Read the user's drawings as 28 x 28 images in the style of MNIST, and split them.

    The test split has the samples that were kept for tests when they were drawn, a third of each
    label, so that no sample ever changes sides. Damaged samples are left out and counted. Raises
    DatasetError when there is no drawing.
    """
    from studio.data.drawing.preprocessing import prepare_drawing  # imports scipy

    folder = handwriting_dir(data_dir)
    listing, drawings = HandwritingStore(folder).read()
    prepared = [prepare_drawing(drawing, info.drawing, info.image_size) for drawing in drawings]
    kept = [number for number, image in enumerate(prepared) if image is not None]
    samples = [listing.samples[number] for number in kept]
    if not samples:
        raise DatasetError(f"There are no drawings of yours in “{folder}”.", HOW_TO_DRAW)
    names = class_names([sample.label for sample in samples])
    labels = np.array([names.index(sample.label) for sample in samples], np.int64)
    files = tuple(f"{sample.id}.png" for sample in samples)
    return ImageDataset(
        info.id,
        np.stack([image for image in prepared if image is not None])[:, None],
        labels,
        names,
        make_splits(labels, {"test": _test_indices(samples)}, config),
        info.drawing,
        files=files,
        ids=SampleIds(files=files),
        source_key=own_images_key(folder),
        unreadable_count=len(listing.damaged) + len(prepared) - len(samples),
        source=folder,
    )


def class_names(labels: list[str]) -> tuple[str, ...]:
    """Return the classes of drawings: the ten digits, or all labels where others were drawn."""
    drawn = set(labels)
    if drawn <= set(_DIGITS):
        return _DIGITS
    return tuple(sorted(drawn, key=lambda name: (len(name), name)))


def require_drawings(dataset: ImageDataset) -> None:
    """Raise DatasetError where the drawings are too few to train with them."""
    drawn = np.bincount(dataset.labels, minlength=len(dataset.class_names))
    titles: dict[Split, str] = {"train": "training", "val": "validation", "test": "the test"}
    for split, title in titles.items():
        if not len(dataset.splits[split]):
            raise DatasetError(
                f"Your {drawn.sum()} drawings are too few: none is left for {title}.",
                f"Draw each class at least five times. {HOW_TO_DRAW}",
            )
    if (drawn > 0).sum() < 2:
        raise DatasetError(
            "Your drawings have only one class; at least two are needed.", HOW_TO_DRAW
        )


def _test_indices(samples: list[HandwritingSample]) -> NDArray[np.int64]:
    return np.array([n for n, sample in enumerate(samples) if sample.is_test], np.int64)
