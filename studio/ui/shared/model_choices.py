"""The models that a page can offer: the runs that have weights, and the bundled model. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from studio.data.datasets import DATASETS, FOLDER
from studio.formatting import percent
from studio.models import VARIANTS
from studio.paths import BUNDLED
from studio.runs import Run, RunSummary
from studio.runs.stored_epochs import ModelKey, stored_epochs


@dataclass(frozen=True)
class ModelChoice:
    """One entry of a list of models. `key` is a run id, "bundled", or `RUN@now` in training.

    `model` names its variant and dataset. `epochs` are those whose weights were kept, `best_epoch`
    is the one that the run selected.
    """

    key: str
    title: str
    description: str
    started: str = ""
    """When the run began, which tells runs of one recipe apart; empty if unknown."""
    drawing_warning: str = ""
    """What to say while something is drawn for a model that was not trained on drawings."""
    model: str = ""
    epochs: tuple[int, ...] = ()
    best_epoch: int | None = None

    @property
    def tooltip(self) -> str:
        """Description and start of the run."""
        return ", ".join(filter(None, (self.description, self.started)))


BUNDLED_CHOICE = ModelChoice(BUNDLED, "Bundled model", "Trained on MNIST; comes with the program")


def model_choices(runs: Sequence[RunSummary]) -> list[ModelChoice]:
    """Return the runs that have weights, in the order given, then the bundled model."""
    return [*(_run_choice(run) for run in runs if run.has_weights), BUNDLED_CHOICE]


def choices_with_epochs(runs: Sequence[RunSummary]) -> list[ModelChoice]:
    """As `model_choices`, with the epochs kept, and first the runs in training. Reads folders."""
    in_training = [_training_choice(run) for run in runs if run.status.is_active]
    epochs = {run.key: tuple(stored_epochs(Run(run.path))) for run in runs if run.has_weights}
    choices = model_choices(runs)
    return in_training + [replace(c, epochs=epochs.get(c.key, ())) for c in choices]


def _training_choice(run: RunSummary) -> ModelChoice:
    choice = _run_choice(run)
    return replace(
        choice,
        key=str(ModelKey(run.key, is_newest=True)),
        title=f"In training: {run.title}",
        description=f"{choice.model}, in training: its predictions change as it learns",
        best_epoch=None,
    )


def describe_model(variant: str, dataset: str, *accuracies: tuple[str, float | None]) -> str:
    """Describe a model: variant, dataset, and the first of the accuracies that is known.

    `dataset` is an id of the dataset registry or a title.
    """
    described = _model_text(variant, dataset)
    for split, accuracy in accuracies:
        if accuracy is not None:
            return f"{described}, {percent(accuracy)} {split} accuracy"
    return f"{described}, accuracy not measured"


def _model_text(variant: str, dataset: str) -> str:
    name = VARIANTS[variant].title if variant in VARIANTS else variant or "Model"
    dataset = DATASETS[dataset].title if dataset in DATASETS else dataset
    return f"{name} on {dataset}" if dataset else name


def _run_choice(run: RunSummary) -> ModelChoice:
    accuracies = ("test", run.test_accuracy), ("validation", run.val_accuracy)
    return ModelChoice(
        run.key,
        run.title,
        describe_model(run.variant, run.dataset_title, *accuracies),
        f"{run.started.day} {run.started:%b %H:%M}" if run.started else "",
        _drawing_warning(run),
        _model_text(run.variant, run.dataset_title),
        best_epoch=run.best_epoch,
    )


def _drawing_warning(run: RunSummary) -> str:
    source = DATASETS.get(run.dataset)
    accepts_drawings = source is not None and source.drawing != "picture"
    if accepts_drawings or not (source or run.dataset == FOLDER):
        return ""
    return f"Trained on {run.dataset_title}, not on drawings. This prediction is a guess."
