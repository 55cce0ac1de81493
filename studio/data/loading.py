"""Load the dataset that a DataConfig describes."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.config import CURRENT_FIXES, DataConfig
from studio.data.class_mapping import LEFT_OUT, rename_classes
from studio.data.dataset_reader import Images, read_dataset_files
from studio.data.dataset_resizing import pixel_key, resize_images, to_grey, to_rgb
from studio.data.dataset_shape import dataset_title
from studio.data.datasets import FOLDER, HANDWRITING, DatasetInfo, find_dataset
from studio.data.fix_application import apply_fixes
from studio.data.handwriting.dataset import read_handwriting, require_drawings
from studio.data.image_dataset import ImageDataset, Split
from studio.data.image_folder.image_table import ImageTable
from studio.data.image_folder.importing import import_images
from studio.data.overlay.locations import overlays_dir, own_images_key, published_key
from studio.data.overlay.overlay_file import load_overlay
from studio.data.overlay.sample_fix import Fixes
from studio.data.overlay.snapshots import load_snapshot
from studio.data.sample_ids import SampleIds, published_ids
from studio.data.splits import Indices, make_splits, subsample_splits
from studio.errors import DatasetError


def load_dataset(
    config: DataConfig,
    data_dir: Path,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
    fixes: Fixes | None = None,
) -> ImageDataset:
    """Load a known dataset from `data_dir`, or own images from `config.path`, and split it.

    Then apply `fixes`, by default those that `config.overlay` names. Nothing is written to either.
    A resized subset holds only the samples it uses. With few samples a split can be empty: see
    `require_splits`. Raises DatasetError when files are missing or damaged, ConfigError for an
    unknown dataset or class, OverlayError for fixes that are missing or do not fit, Stopped when
    asked to stop.
    """
    if config.source == FOLDER:
        dataset = dataset_from_table(import_images(config, on_progress, should_stop), config)
    else:
        dataset = _load_known(config, data_dir, on_progress, should_stop)
    if fixes is None:
        fixes = _find_fixes(config.overlay, dataset.source_key, data_dir)
    return apply_fixes(dataset, fixes, config.rename)


def resolve_fixes(config: DataConfig, data_dir: Path, run_dir: Path | None = None) -> Fixes:
    """Return the fixes that `config.overlay` names: the current ones, or those of a hash.

    Those of a hash are read from the folder of the run, if it has them. Raises OverlayError when
    they are missing, DatasetError and ConfigError.
    """
    if config.overlay == CURRENT_FIXES:
        return _find_fixes(config.overlay, source_key(config, data_dir), data_dir)
    return load_snapshot(config.overlay, data_dir, run_dir)


def source_key(config: DataConfig, data_dir: Path) -> str:
    """Return the key of the dataset as published, which names its overlay; reads known datasets.

    Raises DatasetError and ConfigError.
    """
    if config.source == FOLDER:
        return own_images_key(Path(config.path or ""))
    info = find_dataset(config.source)
    if info.is_handwriting:  # its overlay stays when drawings are added
        return own_images_key(info.raw_dir(data_dir))
    images, labels, _ = read_dataset_files(info, data_dir)
    return published_key(info.id, images.shape, labels)


def _find_fixes(overlay: str, key: str, data_dir: Path) -> Fixes:
    if overlay == CURRENT_FIXES:
        return load_overlay(overlays_dir(data_dir) / f"{key}.json").fixes
    return load_snapshot(overlay, data_dir)


def dataset_from_table(table: ImageTable, config: DataConfig) -> ImageDataset:
    """Make a dataset of the images that were imported with `config`, in the order of the table.

    Raises ConfigError for an unknown class.
    """
    named_splits = np.array(table.splits)
    given: dict[Split, Indices] = {}
    for name in ("val", "test"):
        if (indices := np.flatnonzero(named_splits == name)).size:
            given[name] = indices
    splits = make_splits(table.labels, given, config, table.file_hashes)
    dataset = ImageDataset(
        FOLDER,
        table.pixels,
        table.labels,
        table.class_names,
        splits,
        "picture",
        files=table.files,
        key=table.key,
        source_key=own_images_key(table.path),
        source=Path(table.path),
        unreadable_count=len(table.unreadable),
    )
    return _apply_class_names(dataset, config)


def require_splits(dataset: ImageDataset, config: DataConfig) -> None:
    """Raise DatasetError if a split is empty or training has fewer than two classes."""
    if config.source == HANDWRITING:
        require_drawings(dataset)
    title, splits = dataset_title(config), dataset.splits
    labels = np.unique(dataset.labels[splits["train"]])
    if len(labels) < 2:
        names = [f"images of only one class, “{dataset.class_names[label]}”" for label in labels]
        raise DatasetError(
            f"“{title}” has {(names or ['no images'])[0]} for training; at least two classes are "
            "needed.",
            "Give each class a folder of its own with a few images.",
        )
    split_titles: dict[Split, str] = {"val": "validation", "test": "test"}
    for split, split_title in split_titles.items():
        if not len(splits[split]):
            raise DatasetError(
                f"“{title}” has too few images: none is left for {split_title}.",
                f"Add images, or raise data.{split}_share.",
            )


def _load_known(
    config: DataConfig, data_dir: Path, on_progress: OnProgress, should_stop: ShouldStop
) -> ImageDataset:
    info = find_dataset(config.source)
    on_progress(0.0, f"Reading {info.title}")
    if info.is_handwriting:
        dataset = read_handwriting(info, config, data_dir)
    else:
        dataset = _read_published(info, config, data_dir)
    dataset = _apply_class_names(dataset, config)
    if (config.subset or config.test_subset) and _changes_size(dataset.images, config):
        dataset = _drop_unused(dataset)
    images, key = _convert(dataset.images, config, on_progress, should_stop)
    on_progress(1.0, f"Read {info.title}")
    return dataclasses.replace(dataset, images=images, key=key)


def _read_published(info: DatasetInfo, config: DataConfig, data_dir: Path) -> ImageDataset:
    images, labels, test_count = read_dataset_files(info, data_dir)
    test = np.arange(len(labels) - test_count, len(labels))
    splits = make_splits(labels, {"test": test} if test_count else {}, config)
    return ImageDataset(
        info.id,
        images,
        labels,
        info.class_names,
        splits,
        info.drawing,
        ids=published_ids(len(labels), test_count),
        source_key=published_key(info.id, images.shape, labels),
    )


def _changes_size(images: Images, config: DataConfig) -> bool:
    return config.image_size not in (None, images.shape[2])


def _drop_unused(dataset: ImageDataset) -> ImageDataset:
    """Drop samples in no split: MNIST at 224 pixels takes 3.5 GB, 1,000 digits take 50 MB."""
    used = np.sort(np.concatenate(list(dataset.splits.values())))
    return dataclasses.replace(
        dataset,
        images=dataset.images[used],
        labels=dataset.labels[used],
        **_kept_names(dataset, used),
        splits={name: np.searchsorted(used, split) for name, split in dataset.splits.items()},
    )


def _kept_names(dataset: ImageDataset, used: Indices) -> dict[str, Any]:
    """The names of the samples `used`: files are listed, published samples counted."""
    if not dataset.files:
        return {"ids": dataclasses.replace(dataset.sample_ids, rows=used)}
    files = tuple(dataset.files[row] for row in used)
    return {"files": files, "ids": SampleIds(files=files)}


def _convert(
    images: Images, config: DataConfig, on_progress: OnProgress, should_stop: ShouldStop
) -> tuple[Images, str]:
    """Convert to the configured colors and size; returns the key of the pixels, if they have one.

    Only resized or repeated pixels have one.
    """
    key = ""
    if config.color == "grey":
        images = to_grey(images)
    if config.image_size is not None and _changes_size(images, config):
        images, key = resize_images(images, config.image_size, on_progress, should_stop)
    if config.color == "rgb" and images.shape[1] == 1:
        key = f"{key or pixel_key(images)}-rgb"
        images = to_rgb(images)
    return images, key


def _apply_class_names(dataset: ImageDataset, config: DataConfig) -> ImageDataset:
    """Rename and leave out classes, then subsample the splits."""
    names, new_labels = rename_classes(dataset.class_names, config.rename)
    labels = new_labels[dataset.labels]
    kept = {name: split[labels[split] != LEFT_OUT] for name, split in dataset.splits.items()}
    splits = subsample_splits(labels, kept, config)
    return dataclasses.replace(dataset, labels=labels, class_names=names, splits=splits)
