"""The folder of all runs."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from studio.config import DataConfig, TrainConfig
from studio.data.shapes import title_of
from studio.errors import ConfigError, RunError, StudioError
from studio.runs.run import Run
from studio.runs.status import RunStatus, Status


@dataclass(frozen=True)
class RunSummary:
    """A run in one line. What its folder lacks is None or empty. Accuracies are fractions."""

    id: str
    path: Path
    recipe: str
    variant: str
    dataset: str
    dataset_title: str
    status: RunStatus
    started: datetime | None
    seconds: float
    epochs_done: int
    epochs: int
    best_epoch: int | None
    train_accuracy: float | None
    val_accuracy: float | None
    test_accuracy: float | None
    images_per_second: float | None
    device: str
    precision: str
    reason: str
    seed: int
    parameters: int
    has_weights: bool


# Spelled out here: inside the class `list` is a method.
Folders = list[Path]
Summaries = list[RunSummary]


class RunStore:
    """Creates, finds and lists runs below one folder."""

    def __init__(self, runs_dir: Path) -> None:
        self.runs_dir = runs_dir

    def create(self, config: TrainConfig, parent: str = "") -> Run:
        """A new run folder holding its configuration. Raises RunError when it cannot be written."""
        now = datetime.now()
        run = Run(
            self.runs_dir / f"{now:%Y%m%d-%H%M%S}-{_slug(config.recipe)}-{secrets.token_hex(2)}"
        )
        try:
            run.path.mkdir(parents=True)
            run.write_config(config, {"id": run.id, "parent": parent})
            run.write_status(Status.begin(epochs=config.optim.epochs))
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
        if (self.runs_dir / run_id / "config.toml").is_file():
            return Run(self.runs_dir / run_id)
        if (Path(run_id) / "config.toml").is_file():
            return Run(Path(run_id))
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
        """Every run, newest first; a folder that lacks a part is listed with what it has."""
        return [summarize_run(Run(path)) for path in self._folders()]

    def _folders(self) -> Folders:
        if not self.runs_dir.is_dir():
            return []
        folders = (p for p in self.runs_dir.iterdir() if p.is_dir() and not p.name.startswith("."))
        return sorted(folders, key=lambda path: path.name, reverse=True)


def summarize_run(run: Run) -> RunSummary:
    """One line about a run, whatever its folder lacks."""
    status = run.status or Status(RunStatus.INTERRUPTED, 0.0, 0.0, 0, "")
    try:
        config = run.config
    except StudioError:
        config = None
    return RunSummary(
        id=run.id,
        path=run.path,
        recipe=config.recipe if config else "",
        variant=config.model.variant if config else "",
        dataset=config.data.source if config else "",
        dataset_title=_title(config.data) if config else "",
        status=status.seen,
        started=datetime.fromtimestamp(status.started) if status.started else None,
        seconds=status.seconds,
        epochs_done=status.epochs_done,
        epochs=status.epochs or (config.optim.epochs if config else 0),
        best_epoch=status.best_epoch,
        train_accuracy=status.train_accuracy,
        val_accuracy=status.val_accuracy,
        test_accuracy=status.test_accuracy,
        images_per_second=status.images_per_second,
        device=status.device,
        precision=status.precision,
        reason=status.reason,
        seed=config.seed if config else 0,
        parameters=status.parameters,
        has_weights=run.best_weights.is_file(),
    )


def _title(config: DataConfig) -> str:
    """What to call the set; one that the table no longer knows stays as it was written."""
    try:
        return title_of(config)
    except ConfigError:
        return config.source


def _slug(name: str) -> str:
    """The name with only what every file system takes."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in name)
    return kept.strip("-")[:48] or "custom"
