"""Which folders hold runs."""

import os
from collections.abc import Sequence
from pathlib import Path

from studio.errors import RunError

# Any of these makes a folder a run: one that was copied may lack the others.
PARTS = ("config.toml", "metrics.jsonl", "status.json", "weights/best.safetensors")


def is_run(folder: Path) -> bool:
    """Whether a folder holds some part of a run."""
    return any((folder / part).is_file() for part in PARTS)


def folders_in(place: Path) -> list[Path]:
    """The folders in a folder, hidden ones left out. Raises OSError."""
    with os.scandir(place) as entries:  # it knows what is a folder without asking for each
        return [Path(e.path) for e in entries if e.is_dir() and not e.name.startswith(".")]


def check_place(folder: Path) -> Path:
    """The folder, made absolute, when it is a run or holds runs or nothing at all yet.

    Raises RunError.
    """
    place = folder.absolute()
    try:
        below = folders_in(place)
    except OSError as error:
        raise RunError(
            f"“{place}” cannot be read: {error.strerror or error}.",
            "Check that it is a folder, and that its drive or network is connected.",
        ) from None
    if below and not is_run(place) and not any(map(is_run, below)):
        raise RunError(
            f"There is no run in “{place}”.",
            "Choose the folder of one run, which holds config.toml, or the folder its runs lie in.",
        )
    return place


def with_place(opened: Sequence[Path], runs_dir: Path, folder: Path) -> tuple[Path, ...]:
    """The opened folders and one more, unless its runs are listed already.

    Single runs that lie in it need no mention of their own any more.
    """
    listed = (runs_dir, *opened)
    if folder in listed or folder.parent in listed:
        return tuple(opened)
    return (*(place for place in opened if place.parent != folder), folder)
