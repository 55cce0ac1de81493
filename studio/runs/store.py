"""The folder of all runs, and other folders of runs that were opened beside it."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from studio.config import TrainConfig
from studio.errors import RunError, quoted
from studio.files import is_folder
from studio.paths import BUNDLED
from studio.runs.run import Run
from studio.runs.run_folders import is_run_folder, list_folders
from studio.runs.scanner import RunScanner
from studio.runs.status import Status
from studio.runs.stored_epochs import ModelKey, selected_weights
from studio.runs.summary import RunSummary

Summaries = list[RunSummary]  # inside the class `list` is a method


class RunStore:
    """Creates, finds and lists the runs in one folder, and lists those of opened folders too.

    An opened folder is a run or contains runs. Nothing is created in it.
    """

    def __init__(self, runs_dir: Path, opened: Sequence[Path] = ()) -> None:
        self.runs_dir = runs_dir
        self.opened = tuple(opened)

    def create(self, config: TrainConfig, parent: str = "", sweep: str = "") -> Run:
        """A new run folder with its configuration. Raises RunError when it cannot be written.

        `parent` is the key of the run that this one follows, by default the one it starts from.
        `sweep` is "<sweep>/<trial>" of a trial of a sweep.
        """
        try:
            run = self._create_folder(config.recipe)
            record = {"id": run.id, "parent": parent or config.optim.start_from}
            run.write_config(config, record | ({"sweep": sweep} if sweep else {}))
            run.write_status(Status.begin(epochs=config.planned_epochs))
        except OSError as error:
            raise RunError(
                f"No run can be written into “{self.runs_dir}”: {error.strerror or error}.",
                "Choose another folder with --runs-dir or VGG_STUDIO_RUNS.",
            ) from None
        return run

    def _create_folder(self, recipe: str) -> Run:
        """Make the folder of a new run. Raises OSError."""
        while True:
            now, number = datetime.now(), secrets.token_hex(2)
            run = Run(self.runs_dir / f"{now:%Y%m%d-%H%M%S}-{_slug(recipe)}-{number}")
            try:
                run.path.mkdir(parents=True)
            except FileExistsError:  # a run of the same second that drew the same number
                if not run.path.is_dir():  # or `runs_dir` is a file
                    raise
            else:
                return run

    def run(self, key: str) -> Run:
        """The run of a key: the id of a run in this store, or the absolute path of another one.

        The key is that of a `RunSummary`. The folder is not read and may be missing.
        """
        path = Path(key)
        return Run(path if path.is_absolute() else self.runs_dir / key)

    def open(self, name: str) -> Run:
        """The run that a person named: a key, the beginning of an id, a folder, or `last`.

        `last` is the newest run. Raises RunError when there is no such run or more than one.
        """
        for run in (self.run(name), Run(Path(name))):
            if is_run_folder(run.path):
                return run
        folders = _newest_first(self.runs_dir)
        found = folders[:1] if name == "last" else [f for f in folders if f.name.startswith(name)]
        if len(found) == 1:
            return Run(found[0])
        if found:
            raise RunError(
                f"{quoted(name)} is the beginning of {len(found)} run ids.", "Enter more of the id."
            )
        raise RunError(
            f"There is no run {quoted(name)} in “{self.runs_dir}”.", "See: vgg-studio runs list"
        )

    def model_source(self, name: str) -> str | Path:
        """Return "bundled", or the folder of the run that a person named. Raises RunError."""
        return BUNDLED if name == BUNDLED else self.open(name).path

    def weights_source(self, name: str) -> str | Path:
        """As `model_source`, also for `RUN@EPOCH` and `RUN@now`, whose weights files it returns.

        Raises RunError, and CheckpointError where the run has no such weights.
        """
        key = self._parse(name)
        if key.is_plain:
            return self.model_source(name)
        return selected_weights(self.open(key.run), key)

    def run_source(self, name: str) -> str | Path:
        """As `model_source`, also for `RUN@EPOCH` and `RUN@now`: the folder of their run.

        Raises RunError.
        """
        return self.model_source(self._parse(name).run)

    def _parse(self, name: str) -> ModelKey:
        is_folder = is_run_folder(self.run(name).path)  # a folder may be named RUN@EPOCH
        return ModelKey(name) if is_folder else ModelKey.parse(name)

    def list(self) -> Summaries:
        """Every run, newest first; a run that lacks files is listed with what it has.

        An opened folder that cannot be read is skipped. Raises RunError when the runs folder cannot
        be read.
        """
        result = RunScanner(self.runs_dir).scan(self.opened)
        if self.runs_dir in result.unreachable:
            raise _unreadable(self.runs_dir, result.unreachable[self.runs_dir])
        return result.runs


def _newest_first(runs_dir: Path) -> list[Path]:
    try:
        folders = list_folders(runs_dir) if is_folder(runs_dir) else []
    except OSError as error:
        raise _unreadable(runs_dir, error) from None
    return sorted(folders, key=lambda path: path.name, reverse=True)


def _unreadable(runs_dir: Path, error: OSError) -> RunError:
    return RunError(
        f"The runs in “{runs_dir}” cannot be listed: {error.strerror or error}.",
        "Choose another folder with --runs-dir or VGG_STUDIO_RUNS.",
    )


def _slug(name: str) -> str:
    """The name with only characters that every file system allows."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in name)
    return kept.strip("-")[:48] or "custom"
