"""From a DataConfig to an ImageDataset."""

import dataclasses
from pathlib import Path

import numpy as np

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.config import DataConfig
from studio.data.class_mapping import LEFT_OUT, rename_classes
from studio.data.dataset_reader import Pictures, read_source
from studio.data.dataset_resizing import as_colour, as_grey, pixel_key, resize
from studio.data.dataset_shape import dataset_title
from studio.data.datasets import FOLDER, find_dataset
from studio.data.image_dataset import ImageDataset, Split
from studio.data.image_folder.image_table import ImageTable
from studio.data.image_folder.importing import import_images
from studio.data.splits import Indices, cut_parts, reduce_parts
from studio.errors import DatasetError


def load_dataset(
    config: DataConfig,
    data_dir: Path,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> ImageDataset:
    """Read a known set from `data_dir`, or the user's own pictures from `config.path`; split it.

    Nothing is written there. A reduced set in another size holds only what it uses. A part of few
    pictures may be empty: see `require_splits`. Raises DatasetError when files are missing or
    damaged, ConfigError for an unknown set or class, Stopped when asked to stop.
    """
    if config.source == FOLDER:
        return dataset_from_table(import_images(config, on_progress, should_stop), config)
    return _load_known(config, data_dir, on_progress, should_stop)


def dataset_from_table(table: ImageTable, config: DataConfig) -> ImageDataset:
    """Own pictures under `config`, which `table` was read by: a row for each of its rows, in order.

    Raises ConfigError for an unknown class.
    """
    parts = np.array(table.parts)
    given: dict[Split, Indices] = {}
    for name in ("val", "test"):
        if (rows := np.flatnonzero(parts == name)).size:
            given[name] = rows
    splits = cut_parts(table.labels, given, config, table.digests)
    whole = ImageDataset(
        FOLDER,
        table.pixels,
        table.labels,
        table.class_names,
        splits,
        "picture",
        files=table.files,
        key=table.key,
    )
    return _overlay(whole, config)


def require_splits(image_set: ImageDataset, config: DataConfig) -> None:
    """Raise DatasetError where there is nothing to learn from, to choose by or to measure on."""
    title, splits = dataset_title(config), image_set.splits
    classes = np.unique(image_set.labels[splits["train"]])
    if len(classes) < 2:
        names = [f"only one class, “{image_set.class_names[label]}”," for label in classes]
        raise DatasetError(
            f"“{title}” has pictures of {(names or ['no class'])[0]} to learn from; it takes two.",
            "Give each class a folder of its own with a few pictures at least.",
        )
    words: dict[Split, str] = {"val": "validation", "test": "test"}
    for part, word in words.items():
        if not len(splits[part]):
            raise DatasetError(
                f"“{title}” has too few pictures: none is left for {word}.",
                f"Add pictures, or raise data.{part}_share.",
            )


def _load_known(
    config: DataConfig, data_dir: Path, on_progress: OnProgress, should_stop: ShouldStop
) -> ImageDataset:
    source = find_dataset(config.source)
    on_progress(0.0, f"Reading {source.title}")
    images, labels, test_count = read_source(source, data_dir)
    given: dict[Split, Indices] = {}
    if test_count:
        given["test"] = np.arange(len(labels) - test_count, len(labels))
    splits = cut_parts(labels, given, config)
    whole = ImageDataset(source.id, images, labels, source.class_names, splits, source.drawing)
    kept = _overlay(whole, config)
    if (config.subset or config.test_subset) and _resizes(images, config):
        kept = _used_only(kept)
    images, key = _shaped(kept.images, config, on_progress, should_stop)
    on_progress(1.0, f"Read {source.title}")
    return dataclasses.replace(kept, images=images, key=key)


def _resizes(images: Pictures, config: DataConfig) -> bool:
    return config.image_size not in (None, images.shape[2])


def _used_only(image_set: ImageDataset) -> ImageDataset:
    """Without what is in no part: all of MNIST at 224 pixels is 3.5 GB, 1,000 digits are 50 MB."""
    rows = np.sort(np.concatenate(list(image_set.splits.values())))
    return dataclasses.replace(
        image_set,
        images=image_set.images[rows],
        labels=image_set.labels[rows],
        splits={name: np.searchsorted(rows, part) for name, part in image_set.splits.items()},
    )


def _shaped(
    images: Pictures, config: DataConfig, on_progress: OnProgress, should_stop: ShouldStop
) -> tuple[Pictures, str]:
    """The pictures in the size and the colours of the settings, and a key where they have one."""
    key = ""
    if config.color == "grey":
        images = as_grey(images)
    if config.image_size is not None and _resizes(images, config):
        images, key = resize(images, config.image_size, on_progress, should_stop)
    if config.color == "rgb" and images.shape[1] == 1:
        key = f"{key or pixel_key(images)}-rgb"
        images = as_colour(images)
    return images, key


def _overlay(whole: ImageDataset, config: DataConfig) -> ImageDataset:
    """The set with renamed classes, without those left out, and reduced."""
    names, changes = rename_classes(whole.class_names, config.rename)
    labels = changes[whole.labels]
    known = {name: rows[labels[rows] != LEFT_OUT] for name, rows in whole.splits.items()}
    splits = reduce_parts(labels, known, config)
    return dataclasses.replace(whole, labels=labels, class_names=names, splits=splits)
