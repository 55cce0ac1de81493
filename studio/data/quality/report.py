"""What is told of a data set before a network learns from it."""

from dataclasses import dataclass
from typing import Literal

from studio.data.image_folder.image_table import SkippedFile

# Training cannot start; it can, but will disappoint; good to know.
Severity = Literal["stop", "warn", "note"]


@dataclass(frozen=True)
class ClassCount:
    """Pictures of one class, in all and by part."""

    name: str
    count: int
    train: int
    val: int
    test: int


@dataclass(frozen=True)
class Issue:
    """One surprise: `title` says what, `advice` what to do.

    `samples` are the indices of the images concerned; `files` are files that are not images.
    """

    code: str
    severity: Severity
    title: str
    advice: str
    samples: tuple[int, ...] = ()
    files: tuple[SkippedFile, ...] = ()


@dataclass(frozen=True)
class QualityReport:
    """Classes in their order, and findings with the gravest first."""

    classes: tuple[ClassCount, ...]
    issues: tuple[Issue, ...]
