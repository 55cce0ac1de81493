"""What a list of runs shows of each run."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from studio.config import DataConfig, TrainConfig
from studio.data.dataset_shape import dataset_title
from studio.errors import ConfigError, StudioError
from studio.files import is_file
from studio.recipes import load_recipe
from studio.runs.chance_level import explain_chance
from studio.runs.run import Run
from studio.runs.status import RunStatus, Status
from studio.runs.test_openings import count_test_openings

UNKNOWN_STATUS = Status(RunStatus.INTERRUPTED, 0.0, 0.0, 0, "")


@dataclass(frozen=True)
class RunSummary:
    """What a list shows of a run. What its folder lacks is None or empty.

    Accuracies are fractions. `RunStore.run` finds the run by its `key`: the id of a run in the
    runs folder, the absolute path of any other run. `last_heartbeat` is the last sign of life of
    its process. `chance_level` explains a finished run at chance level: its accuracy, the likely
    reason and what to do next; it is empty for any other run. `sweep` is "<sweep>/<trial>" of a
    trial of a sweep; `val_images` is the number of validation samples, 0 where it is not known.
    `test_openings` is how often the test split was opened for the run.
    """

    key: str
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
    last_heartbeat: datetime | None = None
    chance_level: str = ""
    select: str = ""
    sweep: str = ""
    val_images: int = 0
    test_openings: int = 0

    @property
    def id(self) -> str:
        """The name of its folder, as `Run.id`."""
        return self.path.name

    @property
    def title(self) -> str:
        """Its title, as `run_title` makes it."""
        return run_title(self.id, self.recipe)

    @property
    def progress(self) -> str:
        """Finished and planned epochs: "1/7"; a dash while a training in steps has not started."""
        return f"{self.epochs_done}/{self.epochs or '–'}"


def summarize_run(run: Run) -> RunSummary:
    """Read the summary of a run, whatever its folder lacks."""
    status = run.status or UNKNOWN_STATUS
    config, sweep = read_config_and_sweep(run)
    return summarize(run, run.id, config, status, status.observed, status.heartbeat, sweep)


def read_config(run: Run) -> TrainConfig | None:
    """The run's configuration, None where it is missing or damaged."""
    return read_config_and_sweep(run)[0]


def read_config_and_sweep(run: Run) -> tuple[TrainConfig | None, str]:
    """As `read_config`, and the trial that the run belongs to: "<sweep>/<trial>", or empty."""
    try:
        config, record = run.read_config()
    except StudioError:
        return None, ""
    sweep = record.get("sweep", "")
    return config, sweep if isinstance(sweep, str) else ""


def summarize(
    run: Run,
    key: str,
    config: TrainConfig | None,
    status: Status,
    observed: RunStatus,
    heartbeat: float,
    sweep: str = "",
) -> RunSummary:
    """Build the summary of a run from what was read.

    `observed` is the status to show, `heartbeat` its last sign of life in seconds since the epoch.
    """
    return RunSummary(
        key=key,
        path=run.path,
        recipe=config.recipe if config else "",
        variant=config.model.variant if config else "",
        dataset=config.data.source if config else "",
        dataset_title=_dataset_title(config.data) if config else "",
        status=observed,
        started=_local_time(status.started),
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
        reason=status.paused if observed is RunStatus.PAUSED else status.reason,
        seed=config.seed if config else 0,
        parameters=status.parameters,
        has_weights=is_file(run.best_weights),
        host=status.host,
        last_heartbeat=_local_time(heartbeat),
        chance_level=_chance_level(config, status),
        select=config.optim.select if config else "",
        sweep=sweep,
        val_images=status.val_images,
        test_openings=count_test_openings(run, status),
    )


def _chance_level(config: TrainConfig | None, status: Status) -> str:
    """Explanation of a finished run at chance level, empty for any other run."""
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


def _local_time(seconds: float) -> datetime | None:
    """Seconds since the epoch as local time; None for 0 and for what is out of range."""
    try:
        return datetime.fromtimestamp(seconds) if seconds else None
    except (ValueError, OverflowError, OSError):
        return None


def _dataset_title(config: DataConfig) -> str:
    """Title of the dataset; the id of one that this version does not know."""
    try:
        return dataset_title(config)
    except ConfigError:
        return config.source


def run_title(folder: str, recipe: str = "") -> str:
    """Title of the run in a folder of that name: "Digits quickstart 33fb".

    That is the title of its recipe and the tag at the end of the folder's name, which distinguishes
    the runs of one recipe. Without `recipe` it is taken from the folder's name. A recipe that does
    not ship with the program is titled by its id.
    """
    return f"{_recipe_title(recipe or _recipe_of(folder)) or 'Run'} {run_tag(folder)}"


def run_tag(folder: str) -> str:
    """The end of a run folder's name: "33fb"."""
    return folder.rsplit("-", 1)[-1]


def _recipe_of(folder: str) -> str:
    """The recipe in "<date>-<time>-<recipe>-<tag>"; empty where a folder was renamed."""
    date, _, remainder = folder.partition("-")
    time, _, remainder = remainder.partition("-")
    return remainder.rpartition("-")[0] if date.isdigit() and time.isdigit() else ""


@cache
def _recipe_title(recipe: str) -> str:
    try:
        return load_recipe(recipe).title if recipe else ""
    except StudioError:
        return recipe[:1].upper() + recipe[1:]
