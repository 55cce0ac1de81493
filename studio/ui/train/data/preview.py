"""The preview of a dataset: read, checked and sampled in a worker thread. No Qt here."""

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
    Indices,
    Pixels,
    class_means,
    class_samples,
    class_tiles,
    shrunk,
    wall_indices,
)

BATCH_SIZE = 16
_READING = 0.8  # fraction of the work that reads images; the remainder compares them


@dataclass(frozen=True, eq=False)
class Preview:
    """A dataset under `config`, and the samples of it that are always in view.

    For K classes: `samples` uint8 [K, C, H, W] has one sample of each class, `means` uint8
    [K, C, H, W] the mean training image, `tiles` K arrays uint8 [n, C, H, W] of training images,
    and `shares` [K] the size of each class relative to the largest. `wall` uint8 [N, C, H, W] fills
    rows of WALL_COLUMNS, with neighbors of one class. Large images are shrunk in all of these, but
    not in `batch` uint8 [16, C, H, W], which shows the augmentation. `originals` are the class
    names before renaming, `given` the splits that the dataset defines, and `file_sizes` int32
    [N, 2] the widths and heights of the user's own files.
    """

    config: DataConfig
    shape: DatasetShape
    dataset: ImageDataset
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
        """The id of the dataset."""
        return self.config.source

    @property
    def class_names(self) -> tuple[str, ...]:
        """The class names after renaming."""
        return self.dataset.class_names

    @property
    def splits(self) -> dict[str, int]:
        """The number of samples in each split."""
        return {name: len(indices) for name, indices in self.dataset.splits.items()}

    def samples_of_class(self, label: int) -> Indices:
        """Return the positions of the samples of a class."""
        return np.flatnonzero(self.dataset.labels == label)


def make_preview(
    config: DataConfig,
    data_dir: Path,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> Preview:
    """Read a dataset, check it and choose samples. Raises StudioError and Stopped."""
    # These import scikit-learn, for the digits.
    from studio.data.image_folder.importing import import_images
    from studio.data.loading import dataset_from_table, load_dataset
    from studio.data.quality import check_images, count_classes

    if config.source != FOLDER:
        dataset = load_dataset(config, data_dir, on_progress, should_stop)
        return preview_of(config, dataset, QualityReport(count_classes(dataset), ()))
    table = import_images(config, _within(on_progress, 0, _READING), should_stop)
    dataset = dataset_from_table(table, config)
    report = check_images(table, dataset, _within(on_progress, _READING, 1), should_stop)
    return preview_of(config, dataset, report, table)


def preview_of(
    config: DataConfig,
    dataset: ImageDataset,
    report: QualityReport,
    table: ImageTable | None = None,
) -> Preview:
    """Return the preview of a dataset; `table` is that of the user's own images."""
    groups = _train_indices_by_class(dataset)
    counts = np.array([len(indices) for indices in groups])
    pixels, wall = dataset.images, wall_indices(groups)
    return Preview(
        config=config,
        shape=shape_from_dataset(dataset, dataset_title(config)),
        dataset=dataset,
        report=report,
        originals=table.class_names if table else find_dataset(config.source).class_names,
        given=_given_splits(config, table),
        samples=class_samples(dataset, groups),
        means=class_means(pixels, groups),
        tiles=class_tiles(pixels, groups),
        shares=tuple((counts / max(1, int(counts.max(initial=0)))).tolist()),
        wall=shrunk(pixels[wall]),
        wall_labels=tuple(dataset.class_names[k] for k in dataset.labels[wall]),
        batch=pixels[dataset.splits["train"][:BATCH_SIZE]],
        file_sizes=np.stack([table.widths, table.heights], 1) if table else None,
    )


def _given_splits(config: DataConfig, table: ImageTable | None) -> frozenset[str]:
    if table is not None:
        return frozenset(table.splits) - {"", "train"}
    info = find_dataset(config.source)
    has_test = info.is_handwriting or not info.is_builtin
    return frozenset({"test"}) if has_test else frozenset()


def _within(on_progress: OnProgress, start: float, end: float) -> OnProgress:
    """Return a callback whose progress moves from `start` to `end` of the whole."""
    return lambda fraction, text: on_progress(start + fraction * (end - start), text)


def _train_indices_by_class(dataset: ImageDataset) -> list[Indices]:
    """Return the positions of the training samples of each class."""
    train = dataset.splits["train"]
    labels = dataset.labels[train]
    ends = np.cumsum(np.bincount(labels, minlength=len(dataset.class_names)))
    return np.split(train[np.argsort(labels, kind="stable")], ends[:-1])
