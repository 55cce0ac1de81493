"""What is told of a data set before a network learns from it."""

from dataclasses import dataclass
from typing import Literal

from studio.data.image_folder.table import Stray

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
class Finding:
    """One surprise: `title` says what, `advice` what to do.

    `rows` are the pictures concerned, as positions in the set; `files` those that are no pictures.
    """

    kind: str
    severity: Severity
    title: str
    advice: str
    rows: tuple[int, ...] = ()
    files: tuple[Stray, ...] = ()


@dataclass(frozen=True)
class Report:
    """Classes in their order, and findings with the gravest first."""

    classes: tuple[ClassCount, ...]
    findings: tuple[Finding, ...]
