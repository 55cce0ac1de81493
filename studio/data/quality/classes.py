"""Counts of classes, and what is wrong with them."""

import numpy as np
from numpy.typing import NDArray

from studio.data.class_mapping import LEFT_OUT
from studio.data.image_dataset import ImageDataset, Split
from studio.data.image_folder.image_table import ImageTable, SkippedFile
from studio.data.quality.report import ClassCount, Issue
from studio.data.quality.words import counted, quoted

PARTS: tuple[Split, ...] = ("train", "val", "test")

# Below ten pictures a class is learned by heart, and one more or less turns its figures over.
TINY = 10

# From ten to one on, always naming the larger class is right nine times in ten.
IMBALANCE = 10


def count_classes(image_set: ImageDataset) -> tuple[ClassCount, ...]:
    """Pictures of each class in the set's order, in all and by part.

    Pictures that a subset leaves out are in no part, but in the count; those of classes that are
    left out are in neither.
    """
    names, labels = image_set.class_names, image_set.labels
    of_parts = [labels[image_set.splits[part]] for part in PARTS]
    columns = [
        np.bincount(some, minlength=len(names)) for some in (labels[labels != LEFT_OUT], *of_parts)
    ]
    table = np.stack(columns, axis=1).tolist()
    return tuple(ClassCount(name, *row) for name, row in zip(names, table, strict=True))


def check_classes(
    table: ImageTable, image_set: ImageDataset, counts: tuple[ClassCount, ...]
) -> list[Issue]:
    """Nothing to learn from, nothing to tell apart, classes too small or too uneven."""
    empty = _empty(table, counts)
    if not sum(row.count for row in counts):
        return [_no_pictures(), *empty]
    learned = [row for row in counts if row.train]
    if len(learned) < 2:
        return [_single(learned), *empty]
    return [
        *_empty_parts(image_set),
        *empty,
        *_tiny(image_set, counts),
        *_imbalance(image_set, learned),
    ]


def rows_of(image_set: ImageDataset, names: list[str]) -> tuple[int, ...]:
    """Rows of the classes of these names, class by class."""
    numbers = [image_set.class_names.index(name) for name in names]
    rows: list[NDArray[np.intp]] = [np.flatnonzero(image_set.labels == c) for c in numbers]
    return tuple(np.concatenate(rows).tolist()) if rows else ()


def _no_pictures() -> Issue:
    return Issue(
        "no_pictures",
        "stop",
        "There are 0 pictures to learn from",
        "Put pictures into a folder for each class, at least two classes, and open it again.",
    )


def _single(learned: list[ClassCount]) -> Issue:
    found = f"only {quoted([learned[0].name])}" if learned else "none"
    return Issue(
        "single_class",
        "stop",
        f"2 classes are needed in training, there is {found}",
        "Add a folder with pictures of another class, so that there is something to tell apart.",
    )


def _empty(table: ImageTable, counts: tuple[ClassCount, ...]) -> list[Issue]:
    names = sorted({*table.empty, *(row.name for row in counts if not row.count)})
    if not names:
        return []
    verb = "has" if len(names) == 1 else "have"
    return [
        Issue(
            "empty_class",
            "warn",
            f"{counted(len(names), 'class', 'classes')} {verb} no picture that can be read",
            f"Put pictures into {quoted(names)}, or remove the folder.",
            files=tuple(SkippedFile(name, "no readable picture") for name in names),
        )
    ]


def _empty_parts(image_set: ImageDataset) -> list[Issue]:
    words: dict[Split, str] = {"val": "validation", "test": "test"}
    names = [words[part] for part in PARTS[1:] if not len(image_set.splits[part])]
    if not names:
        return []
    return [
        Issue(
            "empty_part",
            "stop",
            f"There are 0 pictures for {' and '.join(names)}",
            "Add pictures, or raise the share of that part.",
        )
    ]


def _tiny(image_set: ImageDataset, counts: tuple[ClassCount, ...]) -> list[Issue]:
    names = [row.name for row in counts if row.count and row.train < TINY]
    if not names:
        return []
    verb = "has" if len(names) == 1 else "have"
    classes = counted(len(names), "class", "classes")
    return [
        Issue(
            "tiny_class",
            "warn",
            f"{classes} {verb} fewer than {TINY} pictures in training",
            f"Add pictures to {quoted(names)}; or merge classes, or leave these out.",
            rows_of(image_set, names),
        )
    ]


def _imbalance(image_set: ImageDataset, learned: list[ClassCount]) -> list[Issue]:
    most = max(learned, key=lambda row: row.train)
    least = min(learned, key=lambda row: row.train)
    if most.train <= IMBALANCE * least.train:
        return []
    small = [row.name for row in learned if IMBALANCE * row.train < most.train]
    verb = "has" if len(small) == 1 else "have"
    return [
        Issue(
            "imbalance",
            "warn",
            f"{counted(len(small), 'class', 'classes')} {verb} less than a tenth of the pictures "
            f"of “{most.name}”",
            f"“{most.name}” has {most.train:,} pictures in training, “{least.name}” "
            f"{least.train:,}: add pictures of {quoted(small)}, and look at each class's own "
            "figures, not only at the accuracy.",
            rows_of(image_set, small),
        )
    ]
