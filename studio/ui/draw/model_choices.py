"""The networks that can answer: the bundled one and every run that has weights."""

from collections.abc import Sequence
from dataclasses import dataclass

from studio.data.datasets import DATASETS, FOLDER
from studio.models import VARIANTS
from studio.runs import RunSummary

BUNDLED = "bundled"


@dataclass(frozen=True)
class ModelChoice:
    """One entry of the picker. `key` is "bundled" or a run id."""

    key: str
    title: str
    detail: str
    outside: str = ""
    """What to warn of while something is drawn for a model that was not trained on drawings."""


BUNDLED_CHOICE = ModelChoice(BUNDLED, "Bundled network", "Trained on MNIST; comes with the studio")


def model_choices(runs: Sequence[RunSummary]) -> list[ModelChoice]:
    """The runs that can answer, in the order given."""
    return [_choice(run) for run in runs if run.has_weights]


def describe(variant: str, dataset: str, *accuracies: tuple[str, float | None]) -> str:
    """A network in a line: what it is, what it was trained on, the first accuracy that is known.

    `dataset` is the id of a set of the table, or a title.
    """
    name = VARIANTS[variant].title if variant in VARIANTS else variant or "Network"
    dataset = DATASETS[dataset].title if dataset in DATASETS else dataset
    where = f"{name} on {dataset}" if dataset else name
    for kind, share in accuracies:
        if share is not None:
            return f"{where}, {100 * share:.1f} % {kind} accuracy"
    return f"{where}, accuracy not measured"


def _choice(run: RunSummary) -> ModelChoice:
    return ModelChoice(run.id, run.title, _detail(run), _outside(run))


def _detail(run: RunSummary) -> str:
    known = ("test", run.test_accuracy), ("validation", run.val_accuracy)
    return describe(run.variant, run.dataset_title, *known)


def _outside(run: RunSummary) -> str:
    known = DATASETS.get(run.dataset)
    drawn = known is not None and known.drawing != "picture"
    if drawn or not (known or run.dataset == FOLDER):
        return ""
    return f"Trained on {run.dataset_title}, not on drawings: this prediction is a guess."
