"""How the form differs from its recipe, setting by setting, and how to reset it. No Qt here."""

from collections.abc import Callable, Container
from contextlib import suppress
from math import isclose
from typing import Any

from studio.config import MOST_EPOCHS, TrainConfig, settings
from studio.data.datasets import FOLDER
from studio.errors import ConfigError
from studio.models.backbone import BACKBONE_FIELDS
from studio.ui.train.form.config_form import (
    Values,
    color_for,
    data_values,
    form_values,
    read_form,
    read_setting,
)
from studio.ui.train.form.layer_widths_text import parse_blocks, parse_widths
from studio.ui.train.form.network_values import variant_values

EPOCHS, STEPS, MINUTES = "optim.epochs", "engine.max_steps", "engine.max_minutes"
VARIANT, BACKBONE, SOURCE = "model.variant", "model.backbone", "data.source"
_UNFROZEN = "model.unfrozen"
# These follow other settings or have no field of their own.
_NEVER_MARKED = {EPOCHS, STEPS, MINUTES, "data.path", "data.rename"}
_FROM_DATASET = {"model.in_channels", "model.image_size", "model.num_classes"}
_FROM_BACKBONE = {f"model.{name}" for name in BACKBONE_FIELDS} - {VARIANT}
_PARSERS: dict[str, Callable[[str], Any]] = {
    "model.filters": parse_blocks,
    "model.hidden": lambda text: parse_widths(text, "model.hidden"),
    "model.kernel_size": lambda text: parse_widths(text, "model.kernel_size"),
}


def recipe_values(recipe: TrainConfig, values: Values, channels: int = 0) -> dict[str, Any]:
    """Return the values of an unchanged form with the dataset, variant and backbone of `values`.

    What follows from those choices, such as the image size of another dataset, is no change.
    `channels` is what the chosen backbone was trained on, 0 for any.
    """
    source, variant = values[SOURCE], values[VARIANT]
    expected = form_values(recipe) | data_values(recipe, source)
    if channels:
        expected["data.color"] = color_for(channels, source, expected["data.color"])
    if variant != recipe.model.variant:
        expected |= variant_values(variant)
    if values[BACKBONE]:
        expected |= {name: values[name] for name in _FROM_BACKBONE & values.keys()}
    return expected


def changed_settings(
    recipe: TrainConfig, values: Values, given: Container[str] = (), channels: int = 0
) -> tuple[str, ...]:
    """Return the settings that were changed by hand, in the order of `values`.

    `given` names the splits ("val", "test") that the dataset defines: their shares have no effect.
    """
    expected = recipe_values(recipe, values, channels)
    skipped = _NEVER_MARKED | _without_effect(values, given)
    names = [name for name in values if name in expected and name not in skipped]
    changed = [name for name in names if not _is_same(name, values[name], expected[name])]
    path = recipe.data.path
    if path and values["data.path"] != path and SOURCE not in changed:
        changed.append(SOURCE)
    return (*changed, *_changed_length(recipe, values))


def reset_values(
    recipe: TrainConfig, values: Values, setting: str, channels: int = 0
) -> dict[str, Any]:
    """Return the values that set `setting` back to the recipe.

    They include those that follow it: of the dataset its preparation, of the variant and the
    backbone their layers.
    """
    original = form_values(recipe)
    if setting in (EPOCHS, STEPS, MINUTES):
        return {name: original[name] for name in (EPOCHS, STEPS, MINUTES)}
    if setting == SOURCE:
        source = recipe.data.source
        expected = recipe_values(recipe, dict(values) | {SOURCE: source}, channels)
        names = (SOURCE, "data.path", "data.rename", *data_values(recipe, source))
        return {name: expected[name] for name in names}
    if setting == VARIANT:
        followers = variant_values(values[VARIANT])
        return {name: original[name] for name in (VARIANT, BACKBONE, _UNFROZEN, *followers)}
    if setting == BACKBONE:
        expected = recipe_values(recipe, dict(values) | {BACKBONE: recipe.model.backbone})
        layers = _FROM_BACKBONE & expected.keys()
        return {name: expected[name] for name in (BACKBONE, _UNFROZEN, *layers)}
    return {setting: recipe_values(recipe, values, channels)[setting]}


def reset_all_values(recipe: TrainConfig, values: Values) -> dict[str, Any]:
    """Return the values of the recipe; a folder chosen for a recipe without a path is kept."""
    original = form_values(recipe)
    if values[SOURCE] == recipe.data.source == FOLDER and not recipe.data.path:
        original |= {name: values[name] for name in ("data.path", "data.rename")}
    return original | data_values(recipe, recipe.data.source)


def settings_without_field(
    recipe: TrainConfig, config: TrainConfig, fields: Container[str]
) -> dict[str, Any]:
    """Return the settings of `config` that differ from the recipe and are not among `fields`.

    A run that was started from the command line can have them.
    """
    shown = {name: value for name, value in form_values(config).items() if name in fields}
    try:
        base = read_form(recipe, shown)
    except ConfigError:  # the form marks what cannot work
        return {}
    skipped = shown.keys() | {"recipe"} | _FROM_DATASET
    skipped |= _FROM_BACKBONE if config.model.backbone else set()
    values = {name: read_setting(config, name) for name in settings() if name not in skipped}
    return {name: value for name, value in values.items() if value != read_setting(base, name)}


def _without_effect(values: Values, given: Container[str]) -> set[str]:
    """Return the settings whose fields are hidden because nothing depends on them."""
    unused = {f"data.{split}_share" for split in ("val", "test") if split in given}
    if values[SOURCE] != FOLDER:
        unused.add("data.fit")
    unused |= _without_effect_on_learning(values)
    return unused if values[BACKBONE] else unused | {_UNFROZEN}


def _without_effect_on_learning(values: Values) -> set[str]:
    optimizer, schedule = values["optim.optimizer"], values["optim.schedule"]
    used = {
        "optim.momentum": optimizer == "sgd",
        "optim.decay": schedule == "exponential",
        "optim.step_epochs": schedule == "step",
        "optim.step_factor": schedule == "step",
        "optim.warmup": schedule != "onecycle",
        "optim.min_change": values["optim.patience"] > 0,
        "optim.stop_metric": values["optim.patience"] > 0,
    }
    return {name for name, is_used in used.items() if not is_used}


def _changed_length(recipe: TrainConfig, values: Values) -> tuple[str, ...]:
    """Return epochs, steps or minutes, as the form shows it, if the length differs.

    Minutes that limit a training beside its epochs or steps are compared too.
    """
    length, minutes = form_length(values), values[MINUTES]
    shown = {"epochs": EPOCHS, "steps": STEPS, "minutes": MINUTES}[length[1]]
    changed = [] if length == recipe.length else [shown]
    if shown != MINUTES and (minutes or None) != recipe.engine.max_minutes:
        changed.append(MINUTES)
    return tuple(changed)


def form_length(values: Values) -> tuple[float, str]:
    """Return the length of the training in the form and its unit, as `TrainConfig.length` does."""
    if values[STEPS] is not None:
        return values[STEPS], "steps"
    minutes, epochs = values[MINUTES], values[EPOCHS]
    if minutes is not None and epochs == MOST_EPOCHS:
        return minutes, "minutes"
    return epochs, "epochs"


def _is_same(setting: str, value: Any, expected: Any) -> bool:
    if setting in _PARSERS:
        with suppress(ConfigError):
            return bool(_PARSERS[setting](value) == _PARSERS[setting](expected))
    if isinstance(value, float) and isinstance(expected, int | float):
        return isclose(value, expected, rel_tol=1e-9, abs_tol=1e-12)
    return bool(value == expected)
