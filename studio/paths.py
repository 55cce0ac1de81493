"""Where things lie: files that ship with the program, and the user's own folders."""

import os
from pathlib import Path

import platformdirs

from studio.errors import StudioError

_APP = "vgg-studio"

# The name of the network that ships, wherever a run can be named.
BUNDLED = "bundled"


def resource(*parts: str) -> Path:
    """Path of a file that ships with the program.

    In a wheel the files lie inside the package, in a clone beside it; every caller comes here.
    Raises StudioError when the file is not there.
    """
    package = Path(__file__).parent
    for root in (package / "resources", package.parent / "resources"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    name = "/".join(parts)
    raise StudioError(f"The program's own file “{name}” is missing.", "Install VGG Studio again.")


def data_dir() -> Path:
    """Folder of the data sets: `VGG_STUDIO_DATA`, else the user's data folder."""
    chosen = os.environ.get("VGG_STUDIO_DATA")
    return Path(chosen) if chosen else Path(platformdirs.user_data_dir(_APP, False)) / "data"


def runs_dir() -> Path:
    """Folder of the runs: `VGG_STUDIO_RUNS`, else the user's data folder."""
    chosen = os.environ.get("VGG_STUDIO_RUNS")
    return Path(chosen) if chosen else Path(platformdirs.user_data_dir(_APP, False)) / "runs"


def cache_dir() -> Path:
    """Folder of what can be computed again."""
    return Path(platformdirs.user_cache_dir(_APP, False))
