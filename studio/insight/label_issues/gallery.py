"""A report of label issues with the images of the issues, as the window shows it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.callbacks import OnProgress, ShouldStop
from studio.data import ImageDataset, Split
from studio.insight.label_issues.cache import read_report
from studio.insight.label_issues.issue import LabelIssueReport
from studio.insight.label_issues.search import find_label_issues, load_examined_data

# Nobody reviews more, and the images of all would take much memory.
MAX_ISSUES = 2_000


@dataclass(frozen=True, eq=False)
class IssueGallery:
    """The first issues of a report: images uint8 [n, C, H, W], and class names before any fix."""

    report: LabelIssueReport
    images: NDArray[np.uint8]
    published_labels: tuple[str, ...]
    class_names: tuple[str, ...]


def load_gallery(
    run: str | Path,
    split: Split,
    data_dir: Path,
    only_cached: bool,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> IssueGallery | None:
    """Search for the label issues of a split; with `only_cached` None if that was not done yet.

    Raises StudioError, Stopped.
    """
    if only_cached:
        dataset, key = load_examined_data(run, data_dir, on_progress, should_stop)
        report = read_report(run, split, key)
        return None if report is None else _illustrate(report, dataset)
    report = find_label_issues(run, split, data_dir, on_progress, should_stop)
    dataset, _ = load_examined_data(run, data_dir, on_progress, should_stop)
    return _illustrate(report, dataset)


def _illustrate(report: LabelIssueReport, dataset: ImageDataset) -> IssueGallery:
    rows = np.array([issue.index for issue in report.issues[:MAX_ISSUES]], np.int64)
    published = dataset.labels if dataset.published_labels is None else dataset.published_labels
    names = dataset.class_names
    labels = tuple(names[label] if label >= 0 else "" for label in published[rows].tolist())
    return IssueGallery(report, np.asarray(dataset.images[rows]), labels, names)
