"""Count the samples of each class, and find classes that are empty, too small or imbalanced."""

import numpy as np
from numpy.typing import NDArray

from studio.data.class_mapping import LEFT_OUT
from studio.data.image_dataset import SPLITS, ImageDataset, Split
from studio.data.image_folder.class_layout import SkippedFile
from studio.data.image_folder.image_table import ImageTable
from studio.data.quality.report import ClassCount, Issue, quoted
from studio.formatting import count

# A model memorizes fewer samples than this, and the figures of the class change with each one.
MIN_CLASS_SAMPLES = 10

# At ten to one, always predicting the larger class is correct nine times in ten.
MAX_IMBALANCE = 10


def count_classes(dataset: ImageDataset) -> tuple[ClassCount, ...]:
    """Count the samples of each class, in the order of the classes, in total and by split.

    Samples that a subset leaves out are in no split but in the total; those of classes that are
    left out are in neither.
    """
    names, labels = dataset.class_names, dataset.labels
    by_split = [labels[dataset.splits[split]] for split in SPLITS]
    columns = [
        np.bincount(some, minlength=len(names)) for some in (labels[labels != LEFT_OUT], *by_split)
    ]
    rows = np.stack(columns, axis=1).tolist()
    return tuple(ClassCount(name, *row) for name, row in zip(names, rows, strict=True))


def check_classes(
    table: ImageTable, dataset: ImageDataset, counts: tuple[ClassCount, ...]
) -> list[Issue]:
    """Find missing images, a single class, empty splits, small classes and imbalance."""
    empty = _empty_classes(table, counts)
    if not sum(row.count for row in counts):
        return [_no_images(), *empty]
    trained = [row for row in counts if row.train]
    if len(trained) < 2:
        return [_single_class(trained), *empty]
    return [
        *_empty_splits(dataset),
        *empty,
        *_small_classes(dataset, counts),
        *_imbalance(dataset, trained),
    ]


def _samples_of(dataset: ImageDataset, names: list[str]) -> tuple[int, ...]:
    """Indices of the samples of these classes, class by class."""
    labels = [dataset.class_names.index(name) for name in names]
    rows: list[NDArray[np.intp]] = [np.flatnonzero(dataset.labels == label) for label in labels]
    return tuple(np.concatenate(rows).tolist()) if rows else ()


def _classes_have(names: list[str]) -> str:
    """Return "1 class has" or "2 classes have"."""
    return f"{count(len(names), 'class', 'classes')} {'has' if len(names) == 1 else 'have'}"


def _no_images() -> Issue:
    return Issue(
        "no_pictures",
        "stop",
        "There are no images to train on",
        "Put images into a folder for each class, at least two classes, and open it again.",
    )


def _single_class(trained: list[ClassCount]) -> Issue:
    found = f"only {quoted([trained[0].name])}" if trained else "none"
    return Issue(
        "single_class",
        "stop",
        f"2 classes are needed in training, there is {found}",
        "Add a folder with images of another class.",
    )


def _empty_classes(table: ImageTable, counts: tuple[ClassCount, ...]) -> list[Issue]:
    names = sorted({*table.empty_classes, *(row.name for row in counts if not row.count)})
    if not names:
        return []
    return [
        Issue(
            "empty_class",
            "warn",
            f"{_classes_have(names)} no readable image",
            f"Put images into {quoted(names)}, or remove the folder.",
            files=tuple(SkippedFile(name, "no readable image") for name in names),
        )
    ]


def _empty_splits(dataset: ImageDataset) -> list[Issue]:
    titles: dict[Split, str] = {"val": "validation", "test": "test"}
    names = [title for split, title in titles.items() if not len(dataset.splits[split])]
    if not names:
        return []
    return [
        Issue(
            "empty_part",
            "stop",
            f"There are no images for {' and '.join(names)}",
            "Add images, or raise the fraction of that split.",
        )
    ]


def _small_classes(dataset: ImageDataset, counts: tuple[ClassCount, ...]) -> list[Issue]:
    names = [row.name for row in counts if row.count and row.train < MIN_CLASS_SAMPLES]
    if not names:
        return []
    return [
        Issue(
            "tiny_class",
            "warn",
            f"{_classes_have(names)} fewer than {MIN_CLASS_SAMPLES} images in training",
            f"Add images to {quoted(names)}, merge them with other classes, or leave them out.",
            _samples_of(dataset, names),
        )
    ]


def _imbalance(dataset: ImageDataset, trained: list[ClassCount]) -> list[Issue]:
    largest = max(trained, key=lambda row: row.train)
    smallest = min(trained, key=lambda row: row.train)
    if largest.train <= MAX_IMBALANCE * smallest.train:
        return []
    small = [row.name for row in trained if MAX_IMBALANCE * row.train < largest.train]
    return [
        Issue(
            "imbalance",
            "warn",
            f"{_classes_have(small)} less than a tenth of the images of “{largest.name}”",
            f"“{largest.name}” has {largest.train:,} images in training, “{smallest.name}” "
            f"{smallest.train:,}. Add images of {quoted(small)}, and compare classes by their own "
            "accuracy, not only by the overall accuracy.",
            _samples_of(dataset, small),
        )
    ]
