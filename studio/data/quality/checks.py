"""Run every check of imported images."""

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.data.class_mapping import LEFT_OUT
from studio.data.image_dataset import ImageDataset
from studio.data.image_folder.image_table import ImageTable
from studio.data.quality.classes import check_classes, count_classes
from studio.data.quality.duplicates import cached_duplicates, check_duplicates
from studio.data.quality.images import check_files, check_single_images
from studio.data.quality.report import Issue, QualityReport, Severity

_ORDER: dict[Severity, int] = {"stop": 0, "warn": 1, "note": 2}


def check_images(
    table: ImageTable,
    dataset: ImageDataset,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> QualityReport:
    """Check the imported images of `table`, of which `dataset` has the same samples in order.

    Labels, class names and splits are those of `dataset`. Duplicates are cached, so that the same
    images in other splits are not compared again. Raises Stopped when asked to stop, DatasetError
    when the disk is full.
    """
    text = f"Comparing {len(table.files):,} images"
    duplicates = cached_duplicates(table, lambda done: on_progress(done, text), should_stop)
    counts = count_classes(dataset)
    issues: list[Issue] = [
        *check_classes(table, dataset, counts),
        *check_files(table),
        *check_duplicates(duplicates, dataset),
        *check_single_images(table, dataset.labels != LEFT_OUT),
    ]
    issues.sort(key=lambda issue: _ORDER[issue.severity])
    on_progress(1.0, text)
    return QualityReport(counts, tuple(issues))
