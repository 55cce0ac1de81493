"""What of a data set shapes a network, known without reading pictures where that is possible."""

from dataclasses import dataclass
from pathlib import Path

from studio.config import DataConfig
from studio.data.class_mapping import rename_classes
from studio.data.datasets import FOLDER, find_dataset
from studio.data.image_dataset import ImageDataset


@dataclass(frozen=True)
class DatasetShape:
    """Title, number of pictures, classes in order, side in pixels and channels of a set."""

    title: str
    count: int
    class_names: tuple[str, ...]
    image_size: int
    channels: int


def shape_from_config(config: DataConfig) -> DatasetShape | None:
    """The shape the settings give a set of the table; None for own pictures, which must be read.

    Raises ConfigError for an unknown set or class.
    """
    if config.source == FOLDER:
        return None
    source = find_dataset(config.source)
    return DatasetShape(
        source.title,
        source.count,
        rename_classes(source.class_names, config.rename)[0],
        config.image_size or source.image_size,
        {"own": source.channels, "grey": 1, "rgb": 3}[config.color],
    )


def shape_from_dataset(image_set: ImageDataset, title: str) -> DatasetShape:
    """The shape of a set that has been read."""
    return DatasetShape(
        title,
        len(image_set.labels),
        image_set.class_names,
        image_set.image_size,
        image_set.channels,
    )


def dataset_title(config: DataConfig) -> str:
    """What to call the set: its title, or the name of the user's own folder or archive."""
    if config.source != FOLDER:
        return find_dataset(config.source).title
    return Path(config.path).name if config.path else "Own pictures"
