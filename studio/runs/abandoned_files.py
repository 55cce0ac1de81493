"""Removes what killed processes left in the folders of the program."""

from pathlib import Path

from studio.partial_files import remove_stale_partials
from studio.paths import cache_dir, user_overlays_dir


def remove_abandoned_files(runs_dir: Path, data_dir: Path) -> int:
    """Remove partial files of killed processes, which can be as large as a checkpoint each.

    Returns how many there were. Folders of images that a person chose are not searched.
    """
    folders = {runs_dir: 2, data_dir: 1, cache_dir(): 2, user_overlays_dir(): 0}
    return sum(remove_stale_partials(folder, depth) for folder, depth in folders.items())
