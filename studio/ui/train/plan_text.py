"""Texts and figures about the training that the form describes. No Qt here."""

from collections.abc import Sequence

from studio.config import DataConfig, TrainConfig, describe_length
from studio.data.dataset_shape import DatasetShape, dataset_title
from studio.formatting import UNKNOWN, count, short_count
from studio.models import VARIANTS, summarize
from studio.recipes import Recipe
from studio.ui.train.form.config_form import Values
from studio.ui.train.form.recipe_changes import VARIANT, form_length

Figure = tuple[str, str]  # value and caption
PlanFigures = tuple[Figure, Sequence[Figure]]
_MAX_NAMED_CHANGES = 3


def plan_text(recipe: Recipe, values: Values, changes: Sequence[str]) -> tuple[str, str]:
    """Return a title and a summary: those of the recipe only while nothing is changed.

    `values` are those of the form, also while they make no valid configuration.
    """
    if not changes:
        return recipe.title, recipe.summary
    length = describe_length(*form_length(values))
    plan = f"{VARIANTS[values[VARIANT]].title} on {form_dataset_title(values)}, {length}."
    return f"{recipe.title}, changed", f"{plan} {_change_text(changes)}"


def own_recipe_text(config: TrainConfig, dataset: str) -> str:
    """Return a first description of a recipe with these settings."""
    return f"{VARIANTS[config.model.variant].title} on {dataset}, {config.length_text}."


def form_dataset_title(values: Values) -> str:
    """Return the title of the dataset in the form."""
    return dataset_title(DataConfig(source=values["data.source"], path=values["data.path"]))


def plan_figures(
    values: Values, config: TrainConfig | None, shape: DatasetShape | None
) -> PlanFigures:
    """Return the size of the model and of the training; `config` is None for an invalid form."""
    summary = summarize(config.model) if config else None
    number, unit = form_length(values)
    return (short_count(summary.parameters if summary else None), "parameters"), [
        (short_count(summary.multiply_adds if summary else None), "multiply-adds per image"),
        _sample_count(shape.count if shape else None, values["data.subset"]),
        (f"{number:,.10g}", unit),
        (count(values["optim.batch_size"]), "batch size"),
    ]


def _change_text(changes: Sequence[str]) -> str:
    named = ", ".join(changes[:_MAX_NAMED_CHANGES])
    more = len(changes) - _MAX_NAMED_CHANGES
    return f"Changed: {named}" + (f" and {more} more." if more > 0 else ".")


def _sample_count(total: int | None, subset: int | None) -> Figure:
    if total is None:
        return UNKNOWN, "samples"
    return (count(subset), f"of {total:,} samples") if subset else (count(total), "samples")
