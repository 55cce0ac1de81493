"""What dropping files on the window would do. No Qt here."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from studio.runs.run_folders import is_run_folder

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
LISTS = (".csv",)


class Outcome(Enum):
    """What becomes of a drop."""

    TAKE = auto()
    OPEN = auto()  # a run, to be looked at and followed
    REFUSE = auto()
    PASS = auto()  # whoever lies under the pointer may have it


@dataclass(frozen=True)
class DropAction:
    """An outcome, the words for it, and the set or the run if it is taken."""

    outcome: Outcome
    words: str = ""
    path: str = ""


def choose_drop(paths: Sequence[Path], training: bool) -> DropAction:
    """A run is opened; any other folder, an archive or a list becomes the set to learn from.

    Not while a training runs, and one at a time.
    """
    if len(paths) == 1 and is_run_folder(paths[0]):
        return DropAction(Outcome.OPEN, f"Drop to open the run {paths[0].name}", str(paths[0]))
    sets = [path for path in paths if is_set(path)]
    if not sets:
        return DropAction(Outcome.PASS)
    if training:
        return DropAction(Outcome.REFUSE, "A training runs. Drop pictures when it has ended.")
    if len(paths) > 1:
        return DropAction(Outcome.REFUSE, "Drop one folder, archive or list at a time.")
    return DropAction(Outcome.TAKE, _words(sets[0]), str(sets[0]))


def is_set(path: Path) -> bool:
    """Whether this may be a set of pictures: a folder, an archive or a list of labels."""
    return path.is_dir() or path.name.lower().endswith((*ARCHIVES, *LISTS))


def _words(path: Path) -> str:
    if path.is_dir():
        return f"Drop to read the pictures in {path.name}/"
    if path.suffix.lower() in LISTS:
        return f"Drop to read the pictures listed in {path.name}"
    return f"Drop to read the pictures in {path.name}"
