"""The report of a dataset's quality: class counts and issues."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from studio.data.image_folder.class_layout import SkippedFile
from studio.formatting import listed

# stop: training cannot start; warn: it can, but results will suffer; note: good to know.
Severity = Literal["stop", "warn", "note"]

_MAX_NAMES = 5


@dataclass(frozen=True)
class ClassCount:
    """Number of samples of one class, in total and by split."""

    name: str
    count: int
    train: int
    val: int
    test: int


@dataclass(frozen=True)
class Issue:
    """One issue: `title` says what was found, `advice` what to do.

    `samples` are the indices of the samples concerned, `files` those that are not samples.
    """

    code: str
    severity: Severity
    title: str
    advice: str
    samples: tuple[int, ...] = ()
    files: tuple[SkippedFile, ...] = ()


@dataclass(frozen=True)
class QualityReport:
    """Classes in their order, and issues with the most severe first."""

    classes: tuple[ClassCount, ...]
    issues: tuple[Issue, ...]


def quoted(names: Sequence[str]) -> str:
    """Return `“cat”, “dog” and “cow”`: the first five names, and how many more there are."""
    marked = [f"“{name}”" for name in names]
    if len(marked) > _MAX_NAMES:
        marked = [*marked[:_MAX_NAMES], f"{len(marked) - _MAX_NAMES:,} more"]
    return listed(marked)
