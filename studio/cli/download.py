"""Downloading and reading data with a bar on the terminal and Ctrl-C to give up."""

from collections.abc import Callable
from pathlib import Path

from studio.cli.output import err, progress_bar
from studio.config import DataConfig
from studio.data import download, find_source, is_available, load_image_set, require_parts
from studio.data.sources import FOLDER
from studio.errors import ConfigError


def ensure_data(
    config: DataConfig, data_dir: Path, should_stop: Callable[[], bool] = lambda: False
) -> None:
    """Have the pictures ready before a run begins: downloaded, imported, resized.

    Raises DatasetError, ConfigError, and Stopped when asked to stop.
    """
    own = config.source == FOLDER
    if own and not config.path:
        raise ConfigError("data.path", "Which pictures?", "Name them: --set data.path=FOLDER.")
    if not own and not is_available(config.source, data_dir):
        err.print(f"{find_source(config.source).title} is not in {data_dir} yet", markup=False)
        fetch(config.source, data_dir, should_stop)
    # What is changed once and kept takes long the first time; other sets are only read.
    if own or config.image_size is not None:
        with progress_bar() as tell:
            require_parts(load_image_set(config, data_dir, tell, should_stop), config)


def fetch(source_id: str, data_dir: Path, should_stop: Callable[[], bool] = lambda: False) -> None:
    """Download a set. Ctrl-C ends it and leaves nothing behind."""
    with progress_bar() as tell:
        download(source_id, data_dir, tell, should_stop)
