"""The models that a page can offer: the runs that have weights, and the bundled model. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass

from studio.data.datasets import DATASETS, FOLDER
from studio.formatting import percent
from studio.models import VARIANTS
from studio.paths import BUNDLED
from studio.runs import RunSummary


@dataclass(frozen=True)
class ModelChoice:
    """One entry of a list of models. `key` is a run id or "bundled"."""

    key: str
    title: str
    description: str
    started: str = ""
    """When the run began, which tells runs of one recipe apart; empty if unknown."""
    drawing_warning: str = ""
    """What to say while something is drawn for a model that was not trained on drawings."""

    @property
    def tooltip(self) -> str:
        """Description and start of the run."""
        return ", ".join(filter(None, (self.description, self.started)))


BUNDLED_CHOICE = ModelChoice(BUNDLED, "Bundled model", "Trained on MNIST; comes with the program")


def model_choices(runs: Sequence[RunSummary]) -> list[ModelChoice]:
    """Return the runs that have weights, in the order given, then the bundled model."""
    return [*(_run_choice(run) for run in runs if run.has_weights), BUNDLED_CHOICE]


def describe_model(variant: str, dataset: str, *accuracies: tuple[str, float | None]) -> str:
    """Describe a model: variant, dataset, and the first of the accuracies that is known.

    `dataset` is an id of the dataset registry or a title.
    """
    name = VARIANTS[variant].title if variant in VARIANTS else variant or "Model"
    dataset = DATASETS[dataset].title if dataset in DATASETS else dataset
    described = f"{name} on {dataset}" if dataset else name
    for split, accuracy in accuracies:
        if accuracy is not None:
            return f"{described}, {percent(accuracy)} {split} accuracy"
    return f"{described}, accuracy not measured"


def _run_choice(run: RunSummary) -> ModelChoice:
    accuracies = ("test", run.test_accuracy), ("validation", run.val_accuracy)
    return ModelChoice(
        run.key,
        run.title,
        describe_model(run.variant, run.dataset_title, *accuracies),
        f"{run.started.day} {run.started:%b %H:%M}" if run.started else "",
        _drawing_warning(run),
    )


def _drawing_warning(run: RunSummary) -> str:
    source = DATASETS.get(run.dataset)
    accepts_drawings = source is not None and source.drawing != "picture"
    if accepts_drawings or not (source or run.dataset == FOLDER):
        return ""
    return f"Trained on {run.dataset_title}, not on drawings. This prediction is a guess."
