"""The user's own picture sets of late, remembered between two starts of the window. No widgets."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from studio.config import DataConfig
from studio.ui.settings import Settings, parse_path

MOST = 8
_KEY = "own_sets"

Renames = tuple[tuple[str, str], ...]


class RecentDatasets:
    """Paths of folders, archives and lists with their renamed classes, the latest first."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._renames: dict[str, Renames] = settings.read_json(_KEY, _parse, {})

    def paths(self) -> list[str]:
        """The sets of late, the latest first."""
        return list(self._renames)[:MOST]

    def renames(self, path: str) -> Renames:
        """The class names last given to the set at `path`."""
        return self._renames.get(path, ())

    def note(self, path: str, renames: Renames) -> None:
        """Put a set first, with its renamed classes."""
        if next(iter(self._renames.items()), None) == (path, renames):
            return
        rest = {known: pairs for known, pairs in self._renames.items() if known != path}
        self._keep({path: renames} | rest)

    def drop(self, paths: Sequence[str]) -> None:
        """Forget sets that are no longer there."""
        self._keep({path: pairs for path, pairs in self._renames.items() if path not in paths})

    def _keep(self, renames: Mapping[str, Renames]) -> None:
        self._renames = dict(list(renames.items())[:MOST])
        rows = [{"path": path, "rename": pairs} for path, pairs in self._renames.items()]
        self._settings.write_json(_KEY, rows)


def missing(paths: Sequence[str]) -> list[str]:
    """Those of the paths where nothing lies; asks the disk."""
    return [path for path in paths if not Path(path).exists()]


def titles(paths: Sequence[str]) -> list[str]:
    """The last part of each path; those of one name are told apart by the folder above."""
    count = Counter(Path(path).name for path in paths)
    return [
        Path(path).name + (f" ({Path(path).parent.name})" if count[Path(path).name] > 1 else "")
        for path in paths
    ]


def _parse(rows: Any) -> dict[str, Renames]:
    """The sets in the settings. Raises ValueError, TypeError or LookupError for anything else."""
    return {
        str(parse_path(row["path"])): DataConfig(rename=row["rename"]).rename for row in rows[:MOST]
    }
