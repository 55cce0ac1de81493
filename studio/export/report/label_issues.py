"""The label issues of a run that were found before, with their images."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from studio.callbacks import ShouldStop, ignore_progress
from studio.errors import StudioError
from studio.insight.label_issues import LabelIssue, LabelIssueReport
from studio.insight.label_issues.cache import read_report

if TYPE_CHECKING:
    from studio.data import ImageDataset, Split

MAX_SHOWN = 12


@dataclass(frozen=True, eq=False)
class FoundIssues:
    """A report of label issues, and the images uint8 [C, H, W] of its first ones."""

    report: LabelIssueReport
    images: tuple[NDArray[np.uint8], ...]

    @property
    def shown(self) -> list[tuple[LabelIssue, NDArray[np.uint8]]]:
        """The first issues with their images."""
        return list(zip(self.report.issues, self.images, strict=False))


def read_found_issues(
    run: str | Path, splits: "tuple[Split, ...]", data_dir: Path | None, should_stop: ShouldStop
) -> list[FoundIssues]:
    """Read the issues of these splits that were searched before for the same weights and data.

    Nothing is searched: that can take as long as a training. Raises Stopped.
    """
    searched = [name for name in splits if (Path(run) / "label_issues" / f"{name}.json").is_file()]
    if not searched:
        return []
    from studio.insight.label_issues.search import load_examined_data  # imports torch

    try:
        dataset, key = load_examined_data(run, data_dir, ignore_progress, should_stop)
    except StudioError:
        return []  # the report of the evaluation says what is wrong with the data
    found = [read_report(run, name, key) for name in searched]
    return [_with_images(report, dataset) for report in found if report is not None]


def _with_images(report: LabelIssueReport, dataset: "ImageDataset") -> FoundIssues:
    rows = [issue.index for issue in report.issues[:MAX_SHOWN]]
    return FoundIssues(report, tuple(np.array(dataset.images[row]) for row in rows))
