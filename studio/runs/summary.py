"""A run in one line."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from studio.config import DataConfig, TrainConfig
from studio.data.dataset_shape import dataset_title
from studio.errors import ConfigError, StudioError
from studio.runs.chance_level import explain_chance
from studio.runs.run import Run
from studio.runs.status import RunStatus, Status
from studio.runs.titles import run_title

UNKNOWN = Status(RunStatus.INTERRUPTED, 0.0, 0.0, 0, "")


@dataclass(frozen=True)
class RunSummary:
    """A run in one line. What its folder lacks is None or empty. Accuracies are fractions.

    `RunStore.open` finds it by its `id`: the name of its folder, or the whole path of one that
    does not lie in the store's own folder. `heard` is when its process last gave a sign of life.
    `chance_level` says why a finished run is no success: what it came to, the likely reason and
    what to do next.
    """

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
    host: str = ""
    heard: datetime | None = None
    chance_level: str = ""
    select: str = ""

    @property
    def title(self) -> str:
        """What the run is called."""
        return run_title(self.path.name, self.recipe)

    @property
    def progress(self) -> str:
        """Epochs done and planned; the plan of a training in steps is known once it has begun."""
        return f"{self.epochs_done}/{self.epochs or '–'}"


def summarize_run(run: Run) -> RunSummary:
    """One line about a run, whatever its folder lacks."""
    status = run.status or UNKNOWN
    return summarize(run, run.id, read_config(run), status, status.seen, status.heartbeat)


def read_config(run: Run) -> TrainConfig | None:
    """The run's configuration, None where it is missing or damaged."""
    try:
        return run.config
    except StudioError:
        return None


def summarize(
    run: Run,
    run_id: str,
    config: TrainConfig | None,
    status: Status,
    seen: RunStatus,
    heard: float,
) -> RunSummary:
    """One line from what was read: `seen` is the status to show, `heard` seconds of the epoch."""
    return RunSummary(
        id=run_id,
        path=run.path,
        recipe=config.recipe if config else "",
        variant=config.model.variant if config else "",
        dataset=config.data.source if config else "",
        dataset_title=_title(config.data) if config else "",
        status=seen,
        started=_moment(status.started),
        seconds=status.seconds,
        epochs_done=status.epochs_done,
        epochs=status.epochs or (config.planned_epochs if config else 0),
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
        host=status.host,
        heard=_moment(heard),
        chance_level=_chance_level(config, status),
        select=config.optim.select if config else "",
    )


def _chance_level(config: TrainConfig | None, status: Status) -> str:
    """Why a finished run is at chance level, empty for any other run."""
    if config is None or status.status is not RunStatus.FINISHED:
        return ""
    return explain_chance(
        config,
        test_accuracy=status.test_accuracy,
        val_accuracy=status.val_accuracy,
        train_accuracy=status.train_accuracy,
        test_images=status.test_images,
        val_images=status.val_images,
    )


def _moment(seconds: float) -> datetime | None:
    """Seconds of the epoch in local time; 0 and what no clock shows are None."""
    try:
        return datetime.fromtimestamp(seconds) if seconds else None
    except (ValueError, OverflowError, OSError):
        return None


def _title(config: DataConfig) -> str:
    """What to call the set; one that the table no longer knows stays as it was written."""
    try:
        return dataset_title(config)
    except ConfigError:
        return config.source
