"""What the form holds as plain values, and how they become a TrainConfig and back. No Qt here."""

from collections.abc import Mapping
from typing import Any

from studio.config import AugmentConfig, DataConfig, TrainConfig
from studio.data.dataset_shape import DatasetShape, shape_from_config
from studio.data.datasets import FOLDER
from studio.errors import ConfigError
from studio.models import plan_layers
from studio.models.backbone import frozen_layers
from studio.recipes import Figures, Recipe
from studio.ui.train.form.network_values import network_values, read_network

Values = Mapping[str, Any]

# What the form shows of the data; all of it is asked anew for another set but its name and path.
_OF_THE_DATA = (
    "source",
    "path",
    "image_size",
    "fit",
    "color",
    "val_share",
    "test_share",
    "subset",
    "rename",
)
_OWN_SIZE = 64  # pixels: enough to tell things apart, small enough to learn on a laptop

# The form has no field for these: a complaint about them shows where the person can act.
SHOWN_AT = {
    "model.pool_size": "model.filters",
    "model.pool_stride": "model.filters",
    "data.path": "data.source",
    "optim.momentum": "optim.optimizer",
    "optim.decay": "optim.schedule",
    "optim.ema": "optim.schedule",
}


def form_values(config: TrainConfig) -> dict[str, Any]:
    """The values a form shows for `config`, by dotted field; every number is a number."""
    values = network_values(config.model)
    values |= {"seed": config.seed, "engine.device": config.engine.device}
    for name in _OF_THE_DATA:
        values[f"data.{name}"] = getattr(config.data, name)
    for name in AugmentConfig.model_fields:
        values[f"augment.{name}"] = getattr(config.augment, name)
    for name in ("epochs", "batch_size", "lr", "optimizer", "schedule", "weight_decay", "select"):
        values[f"optim.{name}"] = getattr(config.optim, name)
    values["optim.label_smoothing"] = config.optim.label_smoothing
    values["engine.max_steps"] = config.engine.max_steps
    return values


def data_values(base: TrainConfig, source: str) -> dict[str, Any]:
    """How a newly chosen set is prepared: as the recipe says if it is the recipe's, else plainly.

    Validation and test keep their shares.
    """
    plain = base.data if source == base.data.source else DataConfig()
    own_size = _OWN_SIZE if source == FOLDER else None
    return {
        "data.image_size": plain.image_size or own_size,
        "data.fit": plain.fit,
        "data.color": plain.color,
        "data.subset": plain.subset,
    }


def read_data(base: TrainConfig, values: Values) -> DataConfig:
    """The data set the form describes, whatever else is wrong in it. Raises ConfigError."""
    return base.with_values(_of_the_data(base, values)).data


def read_form(base: TrainConfig, values: Values, own: DatasetShape | None = None) -> TrainConfig:
    """Turn form values into a configuration; what the form does not show comes from `base`.

    The network's input and output follow the data set; `own` is the shape of own pictures, as far
    as they have been read. Raises ConfigError naming a field.
    """
    changes = dict(values) | _of_the_data(base, values) | read_network(base.model, values)
    changes["data.normalize"] = _normalize(base, values["model.backbone"])
    config = base.with_values(changes)
    config = config.with_values(_input_of(config, shape_from_config(config.data) or own))
    plan_layers(config.model)
    frozen_layers(config.model)
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


def published_for(config: TrainConfig, recipe: Recipe) -> Figures:
    """The recipe's published figures, if they can be laid over the curves of `config`."""
    own = read_form(recipe.config, form_values(recipe.config))
    # Hand-written layers give the same answers.
    network = config.model.model_copy(update={"layers": own.model.layers})
    same = network == own.model and config.data == own.data
    return recipe.reference_for(config) if same else {}


def _normalize(base: TrainConfig, backbone: str) -> str:
    """A backbone wants pixels as it learned with, unless the recipe means it otherwise."""
    own = base.data.normalize
    if backbone == base.model.backbone:
        return own
    if backbone:
        return "backbone"
    return "standard" if own == "backbone" else own


def _of_the_data(base: TrainConfig, values: Values) -> dict[str, Any]:
    """The form's settings of the data, with those behind it that belong to the recipe's own set."""
    changes = {name: value for name, value in values.items() if name.startswith("data.")}
    if changes["data.source"] != base.data.source:
        changes["data.test_subset"] = None
    return changes


def _input_of(config: TrainConfig, shape: DatasetShape | None) -> dict[str, Any]:
    """The network's input and output; what is not known of own pictures is what they mostly are."""
    if shape is None:
        channels = 1 if config.data.color == "grey" else 3
        size = config.data.image_size or config.model.image_size
        return {"model.in_channels": channels, "model.image_size": size}
    return {
        "model.in_channels": shape.channels,
        "model.image_size": shape.image_size,
        "model.num_classes": len(shape.class_names),
    }
