"""Which folders hold runs."""

import os
from collections.abc import Sequence
from pathlib import Path

from studio.errors import RunError
from studio.files import is_file

# Any of these files makes a folder a run; a copied run may lack the others.
RUN_FILES = ("config.toml", "metrics.jsonl", "status.json", "weights/best.safetensors")

# The folder in a runs folder that holds the sweeps and is no run.
SWEEPS_FOLDER = "sweeps"


def is_run_folder(folder: Path) -> bool:
    """Whether a folder holds at least one file of a run."""
    return any(is_file(folder / name) for name in RUN_FILES)


def list_folders(parent: Path) -> list[Path]:
    """The folders in a folder that may be runs: not hidden, and not that of the sweeps.

    Raises OSError.
    """
    with os.scandir(parent) as entries:  # knows which entries are folders without a stat for each
        return [Path(entry.path) for entry in entries if _may_be_run(entry)]


def _may_be_run(entry: "os.DirEntry[str]") -> bool:
    if entry.name.startswith(".") or entry.name == SWEEPS_FOLDER:
        return False
    try:
        return entry.is_dir()
    except OSError:  # such as a link that leads to itself
        return False


def run_key(folder: Path, runs_dir: Path) -> str:
    """The key of a run: its id in the runs folder, the absolute path of its folder elsewhere."""
    return folder.name if folder.parent == runs_dir else str(folder.absolute())


def check_run_folder(folder: Path) -> Path:
    """The absolute path of a folder that is a run, contains runs, or is empty.

    Raises RunError.
    """
    folder = folder.absolute()
    try:
        below = list_folders(folder)
    except OSError as error:
        raise RunError(
            f"“{folder}” cannot be read: {error.strerror or error}.",
            "Check that it is a folder, and that its drive or network is connected.",
        ) from None
    if below and not is_run_folder(folder) and not any(map(is_run_folder, below)):
        raise RunError(
            f"There is no run in “{folder}”.",
            "Choose the folder of one run, which holds config.toml, or the folder that contains "
            "runs.",
        )
    return folder


def add_opened_folder(opened: Sequence[Path], runs_dir: Path, folder: Path) -> tuple[Path, ...]:
    """The opened folders with `folder` added, unless its runs are listed already.

    Single runs in `folder` are removed, because `folder` lists them.
    """
    listed = (runs_dir, *opened)
    if folder in listed or folder.parent in listed:
        return tuple(opened)
    return (*(other for other in opened if other.parent != folder), folder)
