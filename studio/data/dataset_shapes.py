"""What of a data set shapes a network, known without reading pictures where that is possible."""

from dataclasses import dataclass
from pathlib import Path

from studio.config import DataConfig
from studio.data.class_mapping import rename_classes
from studio.data.datasets import FOLDER, find_source
from studio.data.image_set import ImageSet


@dataclass(frozen=True)
class SetShape:
    """Title, number of pictures, classes in order, side in pixels and channels of a set."""

    title: str
    count: int
    class_names: tuple[str, ...]
    image_size: int
    channels: int


def shape_of(config: DataConfig) -> SetShape | None:
    """The shape the settings give a set of the table; None for own pictures, which must be read.

    Raises ConfigError for an unknown set or class.
    """
    if config.source == FOLDER:
        return None
    source = find_source(config.source)
    return SetShape(
        source.title,
        source.count,
        rename_classes(source.class_names, config.rename)[0],
        config.image_size or source.image_size,
        {"own": source.channels, "grey": 1, "rgb": 3}[config.color],
    )


def shape_from(image_set: ImageSet, title: str) -> SetShape:
    """The shape of a set that has been read."""
    return SetShape(
        title,
        len(image_set.labels),
        image_set.class_names,
        image_set.image_size,
        image_set.channels,
    )


def title_of(config: DataConfig) -> str:
    """What to call the set: its title, or the name of the user's own folder or archive."""
    if config.source != FOLDER:
        return find_source(config.source).title
    return Path(config.path).name if config.path else "Own pictures"
