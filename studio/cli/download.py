"""Downloading with a bar on the terminal and Ctrl-C to give up."""

from pathlib import Path

from studio.cli.output import err, progress_bar
from studio.data import download, find_source, is_available


def ensure_data(source_id: str, data_dir: Path) -> None:
    """Download the set where it is not there yet. Raises DatasetError, ConfigError."""
    if not is_available(source_id, data_dir):
        err.print(f"{find_source(source_id).title} is not in {data_dir} yet", markup=False)
        fetch(source_id, data_dir)


def fetch(source_id: str, data_dir: Path) -> None:
    """Download a set. Ctrl-C ends it and leaves nothing behind."""
    with progress_bar() as tell:
        download(source_id, data_dir, tell)
