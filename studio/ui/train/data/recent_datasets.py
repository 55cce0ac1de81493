"""The recent datasets of the user, remembered in the settings. No widgets."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from studio.config import DataConfig
from studio.ui.settings import Settings, parse_path

MAX_DATASETS = 8
_KEY = "own_sets"

Renames = tuple[tuple[str, str], ...]  # (old, new) class names


class RecentDatasets:
    """Paths of folders, archives and lists with their renamed classes, the latest first."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._renames: dict[str, Renames] = settings.read_json(_KEY, _parse, {})

    def paths(self) -> list[str]:
        """Return the paths, the latest first."""
        return list(self._renames)[:MAX_DATASETS]

    def renames(self, path: str) -> Renames:
        """Return the renamed classes of the dataset at `path`."""
        return self._renames.get(path, ())

    def add(self, path: str, renames: Renames) -> None:
        """Put a dataset first, with its renamed classes."""
        if next(iter(self._renames.items()), None) == (path, renames):
            return
        others = {known: pairs for known, pairs in self._renames.items() if known != path}
        self._save({path: renames} | others)

    def remove(self, paths: Sequence[str]) -> None:
        """Remove the datasets at `paths`."""
        self._save({path: pairs for path, pairs in self._renames.items() if path not in paths})

    def _save(self, renames: Mapping[str, Renames]) -> None:
        self._renames = dict(list(renames.items())[:MAX_DATASETS])
        rows = [{"path": path, "rename": pairs} for path, pairs in self._renames.items()]
        self._settings.write_json(_KEY, rows)


def missing_paths(paths: Sequence[str]) -> list[str]:
    """Return the paths that do not exist. Reads the disk."""
    return [path for path in paths if not Path(path).exists()]


def _parse(rows: Any) -> dict[str, Renames]:
    """Parse the settings value. Raises ValueError, TypeError or LookupError."""
    return {
        str(parse_path(row["path"])): DataConfig(rename=row["rename"]).rename
        for row in rows[:MAX_DATASETS]
    }
