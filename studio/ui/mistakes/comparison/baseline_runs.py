"""The runs with which a run can be compared: those on the same dataset. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from studio.errors import StudioError
from studio.paths import BUNDLED
from studio.runs import RunStore, RunSummary
from studio.ui.shared.model_choices import BUNDLED_CHOICE, ModelChoice, model_choices


@dataclass(frozen=True)
class BaselineRuns:
    """The runs to choose from, newest first, and the key of the one to show, "" for none.

    `parent` is the key of the run from which the present one was trained, "" if unknown or gone.
    """

    choices: tuple[ModelChoice, ...]
    default: str
    parent: str


def find_baselines(store: RunStore, run: str, dataset: str) -> BaselineRuns:
    """Find the runs on the `dataset` of `run`, a key or "bundled". Reads the runs folder.

    The default is the parent, else the newest older run, else the newest one, else the bundled
    model. Raises OSError when the runs folder cannot be read.
    """
    runs = store.list()
    present = next((summary for summary in runs if summary.key == run), None)
    title = present.dataset_title if present else ""
    others = [
        summary
        for summary in runs
        if summary.key != run
        and summary.has_weights
        and summary.dataset == dataset
        and title in ("", summary.dataset_title)
    ]
    choices = list(model_choices(others)[:-1])
    if run != BUNDLED and _bundled_dataset() == dataset:
        choices.append(BUNDLED_CHOICE)
    keys = [choice.key for choice in choices]
    parent = next((key for key in _parent_keys(store, run) if key in keys), "")
    default = parent or _older(runs, run, others) or next(iter(keys), "")
    return BaselineRuns(tuple(_mark(choices, parent)), default, parent)


def _parent_keys(store: RunStore, run: str) -> tuple[str, ...]:
    """Return the keys that the parent can have: a run of an opened folder names one beside it."""
    try:
        parent = "" if run == BUNDLED else str(store.run(run).record.get("parent", ""))
    except StudioError:
        return ()
    return (parent, str(store.run(run).path.parent / parent)) if parent else ()


def _older(runs: Sequence[RunSummary], run: str, others: Sequence[RunSummary]) -> str:
    """Return the newest of the `others` that is older than `run`; `runs` are newest first."""
    keys = [summary.key for summary in runs]
    rank = keys.index(run) if run in keys else -1
    return next((other.key for other in others if keys.index(other.key) > rank), "")


def _mark(choices: Sequence[ModelChoice], parent: str) -> list[ModelChoice]:
    return [
        replace(choice, title=f"{choice.title} · parent") if choice.key == parent else choice
        for choice in choices
    ]


def _bundled_dataset() -> str:
    from studio.runs.checkpoints import read_card, weights_path  # imports torch

    return read_card(weights_path(BUNDLED)).data.source
