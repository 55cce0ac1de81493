"""Paths of the files that ship with the program, and of the user's folders."""

import os
from pathlib import Path

import platformdirs

from studio.errors import StudioError

_APP = "vgg-studio"

# Name of the model that ships with the program, wherever a run can be named.
BUNDLED = "bundled"


def resource(*parts: str) -> Path:
    """Path of a file that ships with the program.

    They are inside the package in a wheel, and beside it in a source checkout. Raises StudioError
    when the file is missing.
    """
    package = Path(__file__).parent
    for root in (package / "resources", package.parent / "resources"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    name = "/".join(parts)
    raise StudioError(f"The file “{name}” of VGG Studio is missing.", "Reinstall VGG Studio.")


def data_dir() -> Path:
    """Folder of the datasets: `VGG_STUDIO_DATA`, else the user's data folder."""
    chosen = os.environ.get("VGG_STUDIO_DATA")
    return Path(chosen) if chosen else Path(platformdirs.user_data_dir(_APP, False)) / "data"


def handwriting_dir(chosen: Path | None = None) -> Path:
    """Folder of the user's own drawings, in the data folder `chosen` or the default one."""
    return (chosen or data_dir()) / "handwriting"


def user_recipes_dir(chosen: Path | None = None) -> Path:
    """Folder of the user's own recipes, in the data folder `chosen` or the default one."""
    return (chosen or data_dir()) / "recipes"


def runs_dir() -> Path:
    """Folder of the runs: `VGG_STUDIO_RUNS`, else the user's data folder."""
    chosen = os.environ.get("VGG_STUDIO_RUNS")
    return Path(chosen) if chosen else Path(platformdirs.user_data_dir(_APP, False)) / "runs"


def user_overlays_dir() -> Path:
    """Folder of the label fixes of datasets whose own folder cannot be written."""
    return Path(platformdirs.user_data_dir(_APP, False)) / "overlays"


def window_state_dir() -> Path:
    """Folder of what the window showed last: the drawing, the open page, unsaved texts."""
    return Path(platformdirs.user_state_dir(_APP, False)) / "window"


def cache_dir() -> Path:
    """Folder of cached data, which can be computed again."""
    return Path(platformdirs.user_cache_dir(_APP, False))


def log_dir() -> Path:
    """Folder of the log file and of what crashed sessions left."""
    return Path(platformdirs.user_log_dir(_APP, False))
