"""Downloading and reading data with a bar on the terminal and Ctrl-C to give up."""

from pathlib import Path

from studio.callbacks import ShouldStop, never_stop
from studio.cli.output import err, progress_bar
from studio.config import IMAGENET, DataConfig, TrainConfig
from studio.data import download_dataset, find_dataset, is_available, load_dataset, require_splits
from studio.data.datasets import FOLDER
from studio.errors import ConfigError
from studio.models.backbone import frozen_layers
from studio.models.imagenet import download_imagenet, find_imagenet, imagenet_title


def ensure_data(config: DataConfig, data_dir: Path, should_stop: ShouldStop = never_stop) -> None:
    """Have the pictures ready before a run begins: downloaded, imported, resized.

    Raises DatasetError, ConfigError, and Stopped when asked to stop.
    """
    own = config.source == FOLDER
    if own and not config.path:
        raise ConfigError("data.path", "Which pictures?", "Name them: --set data.path=FOLDER.")
    if not own and not is_available(config.source, data_dir):
        err.print(f"{find_dataset(config.source).title} is not in {data_dir} yet", markup=False)
        fetch(config.source, data_dir, should_stop)
    # What is changed once and kept takes long the first time; other sets are only read.
    if own or config.image_size is not None:
        with progress_bar() as tell:
            require_splits(load_dataset(config, data_dir, tell, should_stop), config)


def ensure_backbone(
    config: TrainConfig,
    data_dir: Path,
    runs_dir: Path,
    should_stop: ShouldStop = never_stop,
) -> None:
    """Have the weights to build on ready before a run begins, and know that they can be used.

    Raises CheckpointError with what else can be done, ConfigError, RunError, Stopped.
    """
    if not config.model.backbone and config.data.normalize != "backbone":
        return
    variant = config.model.variant
    if config.model.backbone == IMAGENET and find_imagenet(variant, data_dir) is None:
        err.print(f"The {imagenet_title(variant)} are not in {data_dir} yet", markup=False)
        fetch_weights(variant, data_dir, should_stop)
    from studio.training.pretrained import load_backbone  # torch, which the training needs anyway

    backbone = load_backbone(config, data_dir, runs_dir)
    if backbone and config.data.source != FOLDER:  # of own pictures the channels are not known yet
        frozen_layers(backbone.adapt_config(config).model)


def fetch_weights(variant: str, data_dir: Path, should_stop: ShouldStop = never_stop) -> Path:
    """Download ImageNet weights. What has arrived when Ctrl-C ends it is gone on with."""
    with progress_bar() as tell:
        return download_imagenet(variant, data_dir, tell, should_stop)


def fetch(source_id: str, data_dir: Path, should_stop: ShouldStop = never_stop) -> None:
    """Download a set. Ctrl-C ends it and leaves nothing behind."""
    with progress_bar() as tell:
        download_dataset(source_id, data_dir, tell, should_stop)
