"""How the form differs from its recipe, setting by setting, and what resetting does. No Qt here."""

from collections.abc import Callable, Container, Mapping
from contextlib import suppress
from math import isclose
from typing import Any

from studio.config import TrainConfig, settings
from studio.data.datasets import FOLDER
from studio.errors import ConfigError
from studio.models.backbone import BACKBONE_FIELDS
from studio.ui.train.form.config_form import Values, data_values, form_values, read_form
from studio.ui.train.form.filters_text import parse_blocks, parse_widths
from studio.ui.train.form.network_values import variant_values
from studio.ui.train.network.backbones import color_for

EPOCHS, STEPS = "optim.epochs", "engine.max_steps"
VARIANT, BACKBONE, SOURCE = "model.variant", "model.backbone", "data.source"
_UNFROZEN = "model.unfrozen"
# Follow other settings or have no field of their own.
_NEVER_MARKED = {EPOCHS, STEPS, "data.path", "data.rename"}
_FITTED = {"recipe", "model.in_channels", "model.image_size", "model.num_classes"}
_FROM_BACKBONE = {f"model.{name}" for name in BACKBONE_FIELDS} - {VARIANT}
_PARSERS: dict[str, Callable[[str], Any]] = {
    "model.filters": parse_blocks,
    "model.hidden": lambda text: parse_widths(text, "model.hidden"),
    "model.kernel_size": lambda text: parse_widths(text, "model.kernel_size"),
}


def recipe_values(recipe: TrainConfig, values: Values, channels: int = 0) -> dict[str, Any]:
    """The values of an unchanged form in which only dataset, variant and backbone were chosen.

    What follows from those choices, such as the image size of another dataset, is no change of its
    own. `channels` is what the chosen backbone was trained on, 0 for any.
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
    """The settings that a person changed, in the order of `values`.

    `given` names the splits ("val", "test") that the dataset brings, whose shares have no effect.
    """
    expected = recipe_values(recipe, values, channels)
    unused = _without_effect(values, given)
    skipped = _NEVER_MARKED | unused
    names = [name for name in values if name in expected and name not in skipped]
    changed = [name for name in names if not _same(name, values[name], expected[name])]
    path = recipe.data.path
    if path and values["data.path"] != path and SOURCE not in changed:
        changed.append(SOURCE)
    return (*changed, *_changed_length(recipe, values))


def reset_values(
    recipe: TrainConfig, values: Values, setting: str, channels: int = 0
) -> dict[str, Any]:
    """The values to write into the form so that `setting` is that of the recipe again.

    Choices that other values follow take those with them: the dataset its preparation, the variant
    and the backbone their layers.
    """
    own = form_values(recipe)
    if setting in (EPOCHS, STEPS):
        return {EPOCHS: own[EPOCHS], STEPS: own[STEPS]}
    if setting == SOURCE:
        prepared = data_values(recipe, recipe.data.source)
        if channels:
            color = color_for(channels, recipe.data.source, prepared["data.color"])
            prepared["data.color"] = color
        return {name: own[name] for name in (SOURCE, "data.path", "data.rename")} | prepared
    if setting == VARIANT:
        return {n: own[n] for n in (VARIANT, BACKBONE, _UNFROZEN, *variant_values(values[VARIANT]))}
    if setting == BACKBONE:
        without = dict(values) | {BACKBONE: recipe.model.backbone}
        expected = recipe_values(recipe, without)
        return {n: expected[n] for n in (BACKBONE, _UNFROZEN, *_FROM_BACKBONE & expected.keys())}
    return {setting: recipe_values(recipe, values, channels)[setting]}


def reset_all_values(recipe: TrainConfig, values: Values) -> dict[str, Any]:
    """The recipe's form values; images that were chosen for a recipe without a path are kept."""
    own = form_values(recipe)
    if values[SOURCE] == recipe.data.source == FOLDER and not recipe.data.path:
        own |= {name: values[name] for name in ("data.path", "data.rename")}
    return own | data_values(recipe, recipe.data.source)


def settings_without_field(recipe: TrainConfig, config: TrainConfig) -> dict[str, Any]:
    """The settings of `config` that the form does not show and that differ from the recipe's.

    A run that was started from the command line may have them.
    """
    try:
        shown = form_values(config)
        without = read_form(recipe, shown).model_dump()
    except ConfigError:  # the form marks what cannot work
        return {}
    skipped = shown.keys() | _FITTED | (_FROM_BACKBONE if config.model.backbone else set())
    own = config.model_dump()
    names = [name for name in settings() if name not in skipped]
    return {name: _leaf(own, name) for name in names if _leaf(own, name) != _leaf(without, name)}


def _leaf(nested: Mapping[str, Any], name: str) -> Any:
    section, _, field = name.rpartition(".")
    return nested[section][field] if section else nested[field]


def _without_effect(values: Values, given: Container[str]) -> set[str]:
    """Settings whose fields are hidden because nothing depends on them."""
    unused = {f"data.{split}_share" for split in ("val", "test") if split in given}
    if values[SOURCE] != FOLDER:
        unused.add("data.fit")
    return unused if values[BACKBONE] else unused | {_UNFROZEN}


def _changed_length(recipe: TrainConfig, values: Values) -> tuple[str, ...]:
    """Epochs or steps, whichever the form asks for, if the training is longer or shorter."""
    steps, epochs = values[STEPS], values[EPOCHS]
    wanted = (steps, "steps") if steps is not None else (epochs, "epochs")
    if wanted == recipe.length:
        return ()
    return (STEPS if steps is not None else EPOCHS,)


def _same(setting: str, value: Any, expected: Any) -> bool:
    if setting in _PARSERS:
        with suppress(ConfigError):
            return bool(_PARSERS[setting](value) == _PARSERS[setting](expected))
    if isinstance(value, float) and isinstance(expected, int | float):
        return isclose(value, expected, rel_tol=1e-9, abs_tol=1e-12)
    return bool(value == expected)
