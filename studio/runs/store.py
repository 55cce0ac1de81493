"""The folder of all runs, and other folders of runs that were opened beside it."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from studio.config import TrainConfig
from studio.errors import RunError
from studio.runs.catalog import Catalog
from studio.runs.places import folders_in, is_run
from studio.runs.run import Run
from studio.runs.status import Status
from studio.runs.summary import RunSummary

# Spelled out here: inside the class `list` is a method.
Folders = list[Path]
Summaries = list[RunSummary]


class RunStore:
    """Creates, finds and lists runs below one folder; lists those of opened folders too.

    An opened folder is one run or holds some. Nothing is ever made in it.
    """

    def __init__(self, runs_dir: Path, opened: Sequence[Path] = ()) -> None:
        self.runs_dir = runs_dir
        self.opened = tuple(opened)

    def create(self, config: TrainConfig, parent: str = "") -> Run:
        """A new run folder holding its configuration. Raises RunError when it cannot be written."""
        now = datetime.now()
        run = Run(
            self.runs_dir / f"{now:%Y%m%d-%H%M%S}-{_slug(config.recipe)}-{secrets.token_hex(2)}"
        )
        try:
            run.path.mkdir(parents=True)
            run.write_config(config, {"id": run.id, "parent": parent})
            run.write_status(Status.begin(epochs=config.planned_epochs))
        except OSError as error:
            raise RunError(
                f"No run can be written into “{self.runs_dir}”: {error.strerror or error}.",
                "Choose another folder with --runs-dir or VGG_STUDIO_RUNS.",
            ) from None
        return run

    def open(self, run_id: str) -> Run:
        """The run of that id, of a unique beginning of it, or at that path; `last` is the newest.

        Raises RunError when there is none or more than one.
        """
        for path in (self.runs_dir / run_id, Path(run_id)):
            if is_run(path):
                return Run(path)
        runs = [
            path for path in self._folders() if run_id == "last" or path.name.startswith(run_id)
        ]
        if len(runs) == 1 or (runs and run_id == "last"):
            return Run(runs[0])
        if runs:
            raise RunError(f"“{run_id}” begins the name of {len(runs)} runs.", "Write more of it.")
        raise RunError(
            f"There is no run “{run_id}” in “{self.runs_dir}”.", "See: vgg-studio runs list"
        )

    def list(self) -> Summaries:
        """Every run, newest first; a folder that lacks a part is listed with what it has.

        An opened folder that is out of reach is left out. Raises OSError when the store's own is.
        """
        survey = Catalog(self.runs_dir).look(self.opened)
        if self.runs_dir in survey.unreachable:
            raise survey.unreachable[self.runs_dir]
        return survey.runs

    def _folders(self) -> Folders:
        if not self.runs_dir.is_dir():
            return []
        return sorted(folders_in(self.runs_dir), key=lambda path: path.name, reverse=True)


def _slug(name: str) -> str:
    """The name with only what every file system takes."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in name)
    return kept.strip("-")[:48] or "custom"
