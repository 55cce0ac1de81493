"""What the form holds as plain values, and how they become a TrainConfig and back. No Qt here."""

from collections.abc import Mapping
from typing import Any

from studio.config import AugmentConfig, TrainConfig
from studio.data.sources import find_source
from studio.errors import ConfigError
from studio.models import VARIANTS, summarize

Values = Mapping[str, Any]

# Settings of the network that belong to one variant and mean nothing for another.
_OF_THE_VARIANT = ("model.filters", "model.kernel_size", "model.norm")

# The form has no field for these: a complaint about them shows where the person can act.
SHOWN_AT = {
    "model.filters": "model.variant",
    "model.kernel_size": "model.variant",
    "model.norm": "model.variant",
    "data.image_size": "data.source",
    "optim.momentum": "optim.optimizer",
    "optim.decay": "optim.schedule",
    "optim.ema": "optim.schedule",
}


def form_values(config: TrainConfig) -> dict[str, Any]:
    """The values a form shows for `config`, by dotted field; every number is a number."""
    own = VARIANTS[config.model.variant]
    hidden = own.hidden if config.model.hidden is None else config.model.hidden
    dropout = own.dropout if config.model.dropout is None else config.model.dropout
    values: dict[str, Any] = {
        "model.variant": config.model.variant,
        "model.hidden": hidden[0] if hidden else 0,
        "model.dropout": dropout,
        "data.source": config.data.source,
        "seed": config.seed,
        "engine.device": config.engine.device,
    }
    for name in AugmentConfig.model_fields:
        values[f"augment.{name}"] = getattr(config.augment, name)
    for name in ("epochs", "batch_size", "lr", "optimizer", "schedule", "weight_decay"):
        values[f"optim.{name}"] = getattr(config.optim, name)
    values["optim.label_smoothing"] = config.optim.label_smoothing
    return values


def variant_values(variant: str) -> dict[str, Any]:
    """The values that change in the form when a variant is chosen."""
    row = VARIANTS[variant]
    return {"model.hidden": row.hidden[0] if row.hidden else 0, "model.dropout": row.dropout}


def read_form(base: TrainConfig, values: Values) -> TrainConfig:
    """Turn form values into a configuration; what the form does not show comes from `base`.

    The network's input and output follow the data set. Raises ConfigError naming a field.
    """
    changes = dict(values)
    changes["model.hidden"] = (changes["model.hidden"],) if changes["model.hidden"] else ()
    if changes["model.variant"] != base.model.variant:
        changes |= dict.fromkeys(_OF_THE_VARIANT)
    config = base.with_values(changes | _shape_of(str(changes["data.source"]), base))
    summarize(config.model)
    return config


def field_to_mark(field: str) -> str:
    """The field of the form at which a complaint about `field` is shown."""
    return SHOWN_AT.get(field, field)


def complaint(error: ConfigError) -> str:
    """What is wrong, for a place that already shows which field it is about."""
    named = f"“{error.field}” cannot be "
    if not error.message.startswith(named):
        return str(error)
    reason = error.message.removeprefix(named).partition(": ")[2]
    return f"{reason[:1].upper()}{reason[1:]}"


def follows_recipe(config: TrainConfig, recipe: TrainConfig) -> bool:
    """Whether published figures of `recipe` can be laid over the curves of `config`."""
    same_network = read_form(recipe, form_values(recipe)).model == config.model
    return same_network and config.data.source == recipe.data.source


def _shape_of(source_id: str, base: TrainConfig) -> dict[str, Any]:
    source = find_source(source_id)
    own_size = source_id != base.data.source or base.data.image_size is None
    return {
        "data.image_size": None if own_size else base.data.image_size,
        "model.in_channels": source.channels,
        "model.image_size": source.image_size if own_size else base.data.image_size,
        "model.num_classes": len(source.class_names),
    }
