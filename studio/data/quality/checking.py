"""Every check of a set of pictures, the gravest finding first."""

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.data.class_mapping import LEFT_OUT
from studio.data.image_dataset import ImageDataset
from studio.data.image_folder.image_table import ImageTable
from studio.data.quality.classes import check_classes, count_classes
from studio.data.quality.files import check_files
from studio.data.quality.kept_copies import copies_of
from studio.data.quality.pictures import check_single
from studio.data.quality.report import Issue, QualityReport, Severity
from studio.data.quality.twins import check_copies

_ORDER: dict[Severity, int] = {"stop": 0, "warn": 1, "note": 2}


def check_images(
    table: ImageTable,
    image_set: ImageDataset,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> QualityReport:
    """Say what of own pictures will surprise; rows of `table` are those of `image_set`.

    Labels, class names and parts are those of `image_set`. The comparison of all pictures is kept,
    so that the same ones in other parts take no time. Raises Stopped when asked to stop,
    DatasetError when the disk is full.
    """
    text = f"Comparing {len(table.files):,} pictures"
    copies = copies_of(table, lambda share: on_progress(share, text), should_stop)
    counts = count_classes(image_set)
    findings: list[Issue] = [
        *check_classes(table, image_set, counts),
        *check_files(table),
        *check_copies(copies, image_set),
        *check_single(table, image_set.labels != LEFT_OUT),
    ]
    findings.sort(key=lambda finding: _ORDER[finding.severity])
    on_progress(1.0, text)
    return QualityReport(counts, tuple(findings))
