"""Makes datasets and pretrained weights ready before a training, with a progress bar."""

import sys
from pathlib import Path

import typer

from studio.callbacks import ShouldStop, never_stop
from studio.cli.interrupt import interrupting_at_once
from studio.cli.output import err, progress_bar
from studio.config import IMAGENET, DataConfig, TrainConfig
from studio.data import (
    ImageDataset,
    download_dataset,
    find_dataset,
    is_available,
    load_dataset,
    require_splits,
)
from studio.data.datasets import FOLDER
from studio.data.handwriting.dataset import HOW_TO_DRAW
from studio.data.quality.unreadable import describe_many_unreadable, many_unreadable_error
from studio.errors import ConfigError, DatasetError
from studio.models.backbone import frozen_layers
from studio.models.imagenet import download_imagenet, find_imagenet, imagenet_title


def ensure_data(
    config: DataConfig,
    data_dir: Path,
    should_stop: ShouldStop,
    allow_unreadable: bool = True,
) -> None:
    """Download, import and resize the dataset where that is needed.

    Without `allow_unreadable` a person at the terminal is asked before a training that leaves out
    many files that cannot be read; anywhere else it is refused. Raises DatasetError, ConfigError
    and Stopped.
    """
    has_own_images = config.source == FOLDER
    if has_own_images and not config.path:
        raise ConfigError(
            "data.path", "No images were chosen.", "Choose them with --set data.path=FOLDER."
        )
    if not has_own_images and not is_available(config.source, data_dir):
        info = find_dataset(config.source)
        if info.is_handwriting:
            raise DatasetError("You have saved no drawings yet.", HOW_TO_DRAW)
        title = info.title
        err.print(f"{title} is not in {data_dir} yet and is downloaded", markup=False)
        fetch_dataset(config.source, data_dir, should_stop)
    # Importing and resizing take long the first time; other datasets are only read.
    if has_own_images or config.image_size is not None:
        with progress_bar() as on_progress:
            dataset = load_dataset(config, data_dir, on_progress, should_stop)
            require_splits(dataset, config)
        if not allow_unreadable:
            _ask_about_unreadable(dataset, config)


def _ask_about_unreadable(dataset: ImageDataset, config: DataConfig) -> None:
    """Raise DatasetError unless few files cannot be read, or the user wants to go on."""
    text = describe_many_unreadable(dataset.unreadable_count, len(dataset.labels))
    if text and not (_is_at_terminal() and _confirm(text)):
        raise many_unreadable_error(text, config.path or "")


def _is_at_terminal() -> bool:
    """Whether a person can read a question and answer it."""
    return sys.stdin.isatty() and err.is_terminal


def _confirm(text: str) -> bool:
    try:
        with interrupting_at_once():
            return typer.confirm(f"{text}. Train without them?", err=True)
    except typer.Abort:
        raise KeyboardInterrupt from None


def ensure_backbone(
    config: TrainConfig, data_dir: Path, runs_dir: Path, should_stop: ShouldStop
) -> None:
    """Download the pretrained weights where needed, and check that the training can use them.

    Raises CheckpointError with an alternative, ConfigError, RunError and Stopped.
    """
    if config.optim.start_from:  # the weights of that run include its backbone
        return
    if not config.model.backbone and config.data.normalize != "backbone":
        return
    variant = config.model.variant
    if config.model.backbone == IMAGENET and find_imagenet(variant, data_dir) is None:
        title = imagenet_title(variant)
        err.print(f"The {title} are not in {data_dir} yet and are downloaded", markup=False)
        fetch_weights(variant, data_dir, should_stop)
    from studio.training.pretrained import load_backbone  # imports torch

    backbone = load_backbone(config, data_dir, runs_dir, should_stop)
    if backbone and config.data.source != FOLDER:  # the channels of own images are not known yet
        frozen_layers(backbone.adapt_config(config).model)


def fetch_weights(variant: str, data_dir: Path, should_stop: ShouldStop = never_stop) -> Path:
    """Download ImageNet weights. A download that was interrupted is resumed the next time."""
    with progress_bar() as on_progress:
        return download_imagenet(variant, data_dir, on_progress, should_stop)


def fetch_dataset(name: str, data_dir: Path, should_stop: ShouldStop = never_stop) -> None:
    """Download a dataset."""
    with progress_bar() as on_progress:
        download_dataset(name, data_dir, on_progress, should_stop)
