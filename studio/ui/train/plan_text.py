"""What the form would train, in words and figures. No Qt here."""

from collections.abc import Sequence

from studio.config import DataConfig, TrainConfig
from studio.data.dataset_shape import DatasetShape, dataset_title
from studio.models import VARIANTS, summarize
from studio.recipes import Recipe
from studio.ui.train.form.config_form import Values
from studio.ui.train.form.recipe_changes import EPOCHS, STEPS, VARIANT
from studio.ui.train.words import count

Figure = tuple[str, str]
_NAMED_CHANGES = 3
UNKNOWN = "–"


def plan_text(recipe: Recipe, values: Values, changes: Sequence[str]) -> tuple[str, str]:
    """Title and summary of what is to be trained: the recipe's own only while nothing is changed.

    `values` are those of the form, also while they describe no possible training.
    """
    if not changes:
        return recipe.title, recipe.summary
    data = form_dataset_title(values)
    steps = values[STEPS]
    length = f"{steps:,} steps" if steps is not None else f"{values[EPOCHS]:,} epochs"
    what = f"{VARIANTS[values[VARIANT]].title} on {data}, {length}."
    return f"{recipe.title}, changed", f"{what} {_change_text(changes)}"


def form_dataset_title(values: Values) -> str:
    """What to call the dataset that the form names."""
    return dataset_title(DataConfig(source=values["data.source"], path=values["data.path"]))


def _change_text(changes: Sequence[str]) -> str:
    """The names of the changed settings in one sentence."""
    named = ", ".join(changes[:_NAMED_CHANGES])
    more = len(changes) - _NAMED_CHANGES
    return f"Changed: {named}" + (f" and {more} more." if more > 0 else ".")


def plan_figures(
    values: Values, config: TrainConfig | None, shape: DatasetShape | None
) -> tuple[Figure, list[Figure]]:
    """The size of the network and of the training; `config` is None for an impossible one."""
    summary = summarize(config.model) if config else None
    steps = values[STEPS]
    length = (f"{steps:,}", "steps") if steps is not None else (f"{values[EPOCHS]:,}", "epochs")
    return (count(summary.parameters) if summary else UNKNOWN, "parameters"), [
        (count(summary.multiply_adds) if summary else UNKNOWN, "multiply-adds per image"),
        _images(shape.count if shape else None, values["data.subset"]),
        length,
        (f"{values['optim.batch_size']}", "images per batch"),
    ]


def _images(total: int | None, subset: int | None) -> Figure:
    if total is None:
        return UNKNOWN, "images"
    return (f"{subset:,}", f"of {total:,} images") if subset else (f"{total:,}", "images")
