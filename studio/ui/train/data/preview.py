"""A data set as the window shows it: read, checked and sampled in a worker thread. No Qt here."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.config import DataConfig
from studio.data.dataset_shape import DatasetShape, dataset_title, shape_from_dataset
from studio.data.datasets import FOLDER, find_dataset
from studio.data.image_dataset import ImageDataset
from studio.data.image_folder.image_table import ImageTable
from studio.data.quality.report import QualityReport
from studio.ui.train.data.preview_samples import (
    Pixels,
    Rows,
    first_of_each,
    mean_of_each,
    shrunk,
    some_of_each,
    wall_rows,
)

TILES = 16
_READING = 0.8  # share of the work on own pictures that is not their comparison


@dataclass(frozen=True, eq=False)
class Preview:
    """A data set under `config`, and the few of its pictures that are always in view.

    Of K classes `samples` uint8 [K, C, H, W] is one picture each, `means` uint8 [K, C, H, W] the
    mean of their training pictures, `tiles` K arrays uint8 [n, C, H, W] of some of them, `shares`
    [K] how many of the largest class each has. `wall` uint8 [N, C, H, W] fills rows of
    WALL_COLUMNS, neighbours being of one class. All these are shrunk where they are large; `batch`
    uint8 [16, C, H, W], on which the augmentation is shown, is not. `originals` are the class names
    before any was changed, `given` the parts that the set itself brings; `file_sizes` int32 [N, 2]
    width and height of the user's own files.
    """

    config: DataConfig
    shape: DatasetShape
    image_set: ImageDataset
    report: QualityReport
    originals: tuple[str, ...]
    given: frozenset[str]
    samples: Pixels
    means: Pixels
    tiles: tuple[Pixels, ...]
    shares: tuple[float, ...]
    wall: Pixels
    wall_labels: tuple[str, ...]
    batch: Pixels
    file_sizes: NDArray[np.int32] | None = None

    @property
    def source(self) -> str:
        """Id of the set."""
        return self.config.source

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes as they are called now."""
        return self.image_set.class_names

    @property
    def count(self) -> int:
        """How many pictures there are."""
        return len(self.image_set.labels)

    @property
    def splits(self) -> dict[str, int]:
        """How many pictures each part has."""
        return {name: len(part) for name, part in self.image_set.splits.items()}

    def rows_of_class(self, label: int) -> Rows:
        """Where in the set the pictures of a class are."""
        return np.flatnonzero(self.image_set.labels == label)


def make_preview(
    config: DataConfig,
    data_dir: Path,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> Preview:
    """Read a data set, check it and take samples of it. Raises StudioError, Stopped."""
    # These bring scikit-learn with them, for the digits.
    from studio.data.image_folder.importing import import_images
    from studio.data.loading import dataset_from_table, load_dataset
    from studio.data.quality import check_images, count_classes

    if config.source != FOLDER:
        image_set = load_dataset(config, data_dir, on_progress, should_stop)
        return preview_of(config, image_set, QualityReport(count_classes(image_set), ()))
    table = import_images(config, _within(on_progress, 0, _READING), should_stop)
    image_set = dataset_from_table(table, config)
    report = check_images(table, image_set, _within(on_progress, _READING, 1), should_stop)
    return preview_of(config, image_set, report, table)


def preview_of(
    config: DataConfig,
    image_set: ImageDataset,
    report: QualityReport,
    table: ImageTable | None = None,
) -> Preview:
    """The preview of a set read under `config`; `table` is that of own pictures."""
    groups = _rows_by_class(image_set)
    counts = np.array([len(rows) for rows in groups])
    pixels, wall = image_set.images, wall_rows(groups)
    return Preview(
        config=config,
        shape=shape_from_dataset(image_set, dataset_title(config)),
        image_set=image_set,
        report=report,
        originals=table.class_names if table else find_dataset(config.source).class_names,
        given=_given_parts(config, table),
        samples=first_of_each(image_set, groups),
        means=mean_of_each(pixels, groups),
        tiles=some_of_each(pixels, groups),
        shares=tuple((counts / max(1, int(counts.max(initial=0)))).tolist()),
        wall=shrunk(pixels[wall]),
        wall_labels=tuple(image_set.class_names[k] for k in image_set.labels[wall]),
        batch=pixels[image_set.splits["train"][:TILES]],
        file_sizes=np.stack([table.widths, table.heights], 1) if table else None,
    )


def _given_parts(config: DataConfig, table: ImageTable | None) -> frozenset[str]:
    if table is not None:
        return frozenset(table.parts) - {"", "train"}
    return frozenset() if find_dataset(config.source).is_builtin else frozenset({"test"})


def _within(on_progress: OnProgress, start: float, end: float) -> OnProgress:
    """A progress that moves from `start` to `end` of the whole."""
    return lambda share, text: on_progress(start + share * (end - start), text)


def _rows_by_class(image_set: ImageDataset) -> list[Rows]:
    """The training pictures of each class, as indices into the set."""
    train = image_set.splits["train"]
    labels = image_set.labels[train]
    ends = np.cumsum(np.bincount(labels, minlength=len(image_set.class_names)))
    return np.split(train[np.argsort(labels, kind="stable")], ends[:-1])
