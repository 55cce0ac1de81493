"""What dropping files on the window does. No Qt here."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from studio.runs.run_folders import is_run_folder

ARCHIVE_SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
LABEL_FILE_SUFFIX = ".csv"
RECIPE_SUFFIX = ".toml"


class DropOutcome(Enum):
    """What happens to dropped files."""

    USE_DATASET = auto()
    OPEN_RUN = auto()
    OPEN_RECIPE = auto()
    REFUSE = auto()
    IGNORE = auto()  # the widget under the pointer may accept them


@dataclass(frozen=True)
class DropAction:
    """An outcome, its description, and the path of the dataset, the run or the recipe."""

    outcome: DropOutcome
    text: str = ""
    path: str = ""


def choose_drop_action(paths: Sequence[Path]) -> DropAction:
    """Open a run or a recipe; use any other folder, an archive or a list of labels as the dataset.

    Several of them are refused.
    """
    if len(paths) == 1 and is_run_folder(paths[0]):
        text = f"Drop to open the run {paths[0].name}"
        return DropAction(DropOutcome.OPEN_RUN, text, str(paths[0]))
    if any(is_recipe(path) for path in paths):
        return _recipe_action(paths)
    datasets = [path for path in paths if may_be_dataset(path)]
    if not datasets:
        return DropAction(DropOutcome.IGNORE)
    if len(paths) > 1:
        return DropAction(DropOutcome.REFUSE, "Drop one folder, archive or list at a time.")
    path = datasets[0]
    return DropAction(DropOutcome.USE_DATASET, f"Drop to use the images {_source(path)}", str(path))


def _recipe_action(paths: Sequence[Path]) -> DropAction:
    if len(paths) > 1:
        return DropAction(DropOutcome.REFUSE, "Drop one recipe at a time.")
    text = f"Drop to open the recipe {paths[0].name}"
    return DropAction(DropOutcome.OPEN_RECIPE, text, str(paths[0]))


def is_recipe(path: Path) -> bool:
    """Whether a path may be a recipe."""
    return path.name.lower().endswith(RECIPE_SUFFIX) and not path.is_dir()


def may_be_dataset(path: Path) -> bool:
    """Whether a path may be a dataset: a folder, an archive or a list of labels."""
    return path.is_dir() or path.name.lower().endswith((*ARCHIVE_SUFFIXES, LABEL_FILE_SUFFIX))


def _source(path: Path) -> str:
    if path.is_dir():
        return f"in {path.name}/"
    return f"{'listed ' if path.suffix.lower() == LABEL_FILE_SUFFIX else ''}in {path.name}"
