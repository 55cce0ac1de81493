"""The properties of a dataset that determine a model, known before images are read if possible."""

from dataclasses import dataclass
from pathlib import Path

from studio.config import DataConfig, TrainConfig
from studio.data.class_mapping import rename_classes
from studio.data.datasets import FOLDER, find_dataset
from studio.data.image_dataset import ImageDataset


@dataclass(frozen=True)
class DatasetShape:
    """Title, number of samples, classes in order, image size in pixels and channels."""

    title: str
    count: int
    class_names: tuple[str, ...]
    image_size: int
    channels: int


def shape_from_config(config: DataConfig) -> DatasetShape | None:
    """Return the shape of a known dataset; None for own images, which must be read first.

    Raises ConfigError for an unknown dataset or class.
    """
    if config.source == FOLDER:
        return None
    info = find_dataset(config.source)
    return DatasetShape(
        info.title,
        info.count,
        rename_classes(info.class_names, config.rename)[0],
        config.image_size or info.image_size,
        {"own": info.channels, "grey": 1, "rgb": 3}[config.color],
    )


def fit_model_input(config: TrainConfig) -> TrainConfig:
    """Set the input shape of the network from the dataset, where it is known without reading it.

    Raises ConfigError.
    """
    shape = shape_from_config(config.data)
    size = shape.image_size if shape else config.data.image_size or config.model.image_size
    channels = shape.channels if shape else config.model.in_channels
    return config.with_values({"model.image_size": size, "model.in_channels": channels})


def shape_from_dataset(dataset: ImageDataset, title: str) -> DatasetShape:
    """Return the shape of a dataset that has been read."""
    return DatasetShape(
        title,
        len(dataset.labels),
        dataset.class_names,
        dataset.image_size,
        dataset.channels,
    )


def dataset_title(config: DataConfig) -> str:
    """Return the title of a known dataset, or the name of the user's folder or archive."""
    if config.source != FOLDER:
        return find_dataset(config.source).title
    return Path(config.path).name if config.path else "Own images"
