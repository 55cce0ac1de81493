"""Texts and figures about the training that the form describes. No Qt here."""

from collections.abc import Sequence

from studio.config import DataConfig, TrainConfig, describe_length, setting_label
from studio.data.dataset_shape import DatasetShape, dataset_title
from studio.errors import ConfigError
from studio.formatting import UNKNOWN, count, short_count
from studio.models import VARIANTS, summarize
from studio.recipes import Recipe
from studio.ui.train.form.config_form import Values, form_values
from studio.ui.train.form.recipe_changes import (
    VARIANT,
    changed_settings,
    form_length,
    settings_without_field,
)

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


def run_text(config: TrainConfig, recipe: Recipe | None) -> tuple[str, str]:
    """Return a title and a summary of a training that the form may not show.

    `recipe` is the one that it was made from, None if that is not known any more.
    """
    try:
        if recipe is not None:
            return plan_text(recipe, form_values(config), _changes(recipe.config, config))
    except (ConfigError, ValueError, KeyError):  # of another version: the form cannot show it
        pass
    return config.recipe, f"{own_recipe_text(config, dataset_title(config.data))}."


def _changes(recipe: TrainConfig, config: TrainConfig) -> list[str]:
    """Return the labels of the settings in which `config` differs from its recipe."""
    values = form_values(config)
    without_field = settings_without_field(recipe, config, values)
    return [setting_label(name) for name in (*changed_settings(recipe, values), *without_field)]


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
