"""The runs that a training can be compared with, those of its dataset first. No Qt here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from studio.callbacks import OnProgress, ShouldStop
from studio.config import DataConfig
from studio.data.dataset_shape import dataset_title
from studio.errors import ConfigError
from studio.formatting import percent
from studio.runs import RunStore, RunSummary

SAME_DATASET, OTHER_DATASETS = 12, 6  # how many are offered
_MAX_TITLE = 48  # characters


@dataclass(frozen=True)
class OverlayChoice:
    """A run in the menu; `key` is that of its summary."""

    key: str
    text: str
    tooltip: str


@dataclass(frozen=True)
class OverlayChoices:
    """The newest runs of the dataset of the form or of the training, and of others."""

    same: tuple[OverlayChoice, ...] = ()
    others: tuple[OverlayChoice, ...] = ()


def list_choices(
    store: RunStore,
    data: DataConfig | None,
    excluded: str,
    chosen: Collection[str],
    on_progress: OnProgress,
    _should_stop: ShouldStop,
) -> OverlayChoices:
    """List the runs with at least one epoch, as the work of a task. Raises RunError.

    `data` is the dataset to compare on, None if it is unknown; `excluded` the run in training. Runs
    that are `chosen` are listed however old they are.
    """
    on_progress(0.0, "Reading the runs")
    return choose(store.list(), data, excluded, chosen)


def choose(
    runs: Sequence[RunSummary],
    data: DataConfig | None,
    excluded: str = "",
    chosen: Collection[str] = (),
) -> OverlayChoices:
    """Divide runs, newest first, into those of a dataset and others."""
    usable = [run for run in runs if run.key != excluded and run.epochs_done]
    same = [run for run in usable if data is None or _is_of(run, data)]
    others = [run for run in usable if run not in same]
    return OverlayChoices(
        tuple(_choice(run) for run in _newest(same, SAME_DATASET, chosen)),
        tuple(_choice(r, r.dataset_title) for r in _newest(others, OTHER_DATASETS, chosen)),
    )


def _newest(runs: list[RunSummary], count: int, chosen: Collection[str]) -> list[RunSummary]:
    return runs[:count] + [run for run in runs[count:] if run.key in chosen]


def _is_of(run: RunSummary, data: DataConfig) -> bool:
    if run.dataset != data.source:
        return False
    try:
        return run.dataset_title == dataset_title(data)
    except ConfigError:
        return True


def _choice(run: RunSummary, dataset: str = "") -> OverlayChoice:
    title = run.title if len(run.title) <= _MAX_TITLE else f"{run.title[: _MAX_TITLE - 1]}…"
    facts = [title, dataset, percent(run.val_accuracy) if run.val_accuracy is not None else ""]
    return OverlayChoice(run.key, " · ".join(filter(None, facts)), _tooltip(run))


def _tooltip(run: RunSummary) -> str:
    epochs = f"{run.epochs_done} of {run.epochs} epochs" if run.epochs else ""
    status = "in training: shown as it is now" if run.status.is_active else ""
    accuracy = f"validation accuracy {percent(run.val_accuracy)}" if run.val_accuracy else ""
    facts = [run.dataset_title, accuracy, epochs, status, _start(run.started)]
    return ", ".join(filter(None, facts))


def _start(started: datetime | None) -> str:
    return f"{started.day} {started:%b %H:%M}" if started else ""
