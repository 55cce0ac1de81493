"""What copies of pictures do to a training."""

import numpy as np
from numpy.typing import NDArray

from studio.data.class_mapping import LEFT_OUT
from studio.data.image_dataset import ImageDataset
from studio.data.quality.copies import Copies, groups
from studio.data.quality.report import Issue, Severity
from studio.data.quality.words import counted

Rows = NDArray[np.int64]


def check_copies(copies: Copies, image_set: ImageDataset) -> list[Issue]:
    """Copies under different labels, across parts, and within; rows of a group side by side.

    Pictures of classes that are left out are no copies of anything.
    """
    used = np.flatnonzero(image_set.labels != LEFT_OUT)
    same, like = (
        [used[rows] for rows in groups(numbers[used])] for numbers in (copies.same, copies.like)
    )
    near = [rows for rows in like if len(np.unique(copies.same[rows])) > 1]
    found = [
        _conflict([rows for rows in same if len(np.unique(image_set.labels[rows])) > 1]),
        _leak(like, image_set),
        _repeats(
            same,
            "duplicates",
            "warn",
            "exactly the same",
            "Keep one of each group: copies make a class look larger than it is.",
        ),
        _repeats(
            near,
            "near_duplicates",
            "note",
            "nearly the same",
            "Look at each group. What was taken from one photograph counts as one picture.",
        ),
    ]
    return [finding for finding in found if finding]


def _conflict(mixed: list[Rows]) -> Issue | None:
    if not mixed:
        return None
    pictures = counted(len(mixed), "picture")
    verb = "lies" if len(mixed) == 1 else "lie"
    return Issue(
        "label_conflict",
        "warn",
        f"{pictures} {verb} in more than one class",
        "No network can be right about both. Keep each in the class it belongs to.",
        _flat(mixed),
    )


def _leak(like: list[Rows], image_set: ImageDataset) -> Issue | None:
    train, held = (_members(image_set, parts) for parts in (("train",), ("val", "test")))
    across = [rows for rows in like if train[rows].any() and held[rows].any()]
    if not across:
        return None
    rows = _flat(across)
    leaked = int(held[list(rows)].sum())
    verb = "is" if leaked == 1 else "are"
    return Issue(
        "leak",
        "warn",
        f"{counted(leaked, 'picture')} of validation and test {verb} also in training, "
        "or nearly so",
        "Accuracy will look better than it is. Keep each group in one part only.",
        rows,
    )


def _repeats(
    found: list[Rows], kind: str, severity: Severity, degree: str, advice: str
) -> Issue | None:
    if not found:
        return None
    rows = _flat(found)
    title = f"{len(rows):,} pictures are {degree} as others, in {counted(len(found), 'group')}"
    return Issue(kind, severity, title, advice, rows)


def _members(image_set: ImageDataset, parts: tuple[str, ...]) -> NDArray[np.bool_]:
    """Which pictures are in one of the parts, bool [N]."""
    inside = np.zeros(len(image_set.labels), bool)
    for name, rows in image_set.splits.items():
        if name in parts:
            inside[rows] = True
    return inside


def _flat(found: list[Rows]) -> tuple[int, ...]:
    return tuple(np.concatenate(found).tolist())
