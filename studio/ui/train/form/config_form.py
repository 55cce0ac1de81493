"""Convert a TrainConfig into the values of the form and back. No Qt here."""

from collections.abc import Mapping
from typing import Any

from studio.config import DataConfig, TrainConfig, settings
from studio.data.dataset_shape import DatasetShape, shape_from_config
from studio.data.datasets import DATASETS, FOLDER
from studio.errors import ConfigError
from studio.models import plan_layers
from studio.models.backbone import frozen_layers
from studio.recipes import Figures, Recipe
from studio.ui.train.form.network_values import network_values, read_network

Values = Mapping[str, Any]

_FOLDER_IMAGE_SIZE = 64  # pixels: enough to see objects, small enough to train on a laptop

# An error in a setting without a field is shown at the field where the user can solve it.
SHOWN_AT = {
    "model.pool_size": "model.filters",
    "model.pool_stride": "model.filters",
    "data.path": "data.source",
    "optim.momentum": "optim.optimizer",
}


def form_values(config: TrainConfig) -> dict[str, Any]:
    """Return all settings of `config` as fields show them, by dotted name.

    Network settings without a field are left out: they belong to the variant.
    """
    names = [name for name in settings() if not name.startswith("model.") and name != "recipe"]
    return network_values(config.model) | {name: read_setting(config, name) for name in names}


def data_values(base: TrainConfig, source: str) -> dict[str, Any]:
    """Return the preparation of a newly chosen dataset: that of the recipe's dataset, or defaults.

    The shares of validation and test are kept.
    """
    data = base.data if source == base.data.source else DataConfig()
    default_size = _FOLDER_IMAGE_SIZE if source == FOLDER else None
    return {
        "data.image_size": data.image_size or default_size,
        "data.fit": data.fit,
        "data.color": data.color,
        "data.subset": data.subset,
    }


def color_for(channels: int, source: str, color: str) -> str:
    """Return the `data.color` that gives the images of a dataset this number of channels."""
    stored = None if source == FOLDER else DATASETS[source].channels
    if color == "own" and stored == channels:
        return color
    return "grey" if channels == 1 else "rgb"


def read_data(base: TrainConfig, values: Values) -> DataConfig:
    """Return the dataset of the form, whatever else is wrong in it. Raises ConfigError."""
    return base.with_values(_data_settings(base, values)).data


def read_form(base: TrainConfig, values: Values, shape: DatasetShape | None = None) -> TrainConfig:
    """Return the configuration of the form; settings without a field come from `base`.

    Input and output of the network follow the dataset. `shape` is that of a folder, None while it
    has not been read. Raises ConfigError naming a setting.
    """
    changes = dict(values) | _data_settings(base, values) | read_network(base.model, values)
    changes["data.normalize"] = _normalize(base, values["model.backbone"])
    config = base.with_values(changes)
    config = config.with_values(_input_settings(config, shape_from_config(config.data) or shape))
    plan_layers(config.model)
    frozen_layers(config.model)
    return config


def read_setting(config: TrainConfig, name: str) -> Any:
    """Return the value of a dotted setting."""
    section, _, field = name.rpartition(".")
    return getattr(getattr(config, section) if section else config, field)


def error_text(error: ConfigError) -> str:
    """Return the message without the name of the setting, for a place beside its field."""
    named = f"“{error.field}” cannot be "
    if not error.message.startswith(named):
        return str(error)
    reason = error.message.removeprefix(named).partition(": ")[2]
    return f"{reason[:1].upper()}{reason[1:]}"


def published_for(config: TrainConfig, recipe: Recipe) -> Figures:
    """Return the published figures of a recipe that are comparable with the curves of `config`."""
    original = read_form(recipe.config, form_values(recipe.config))
    # Both implementations of the layers compute the same function.
    model = config.model.model_copy(update={"layers": original.model.layers})
    same = model == original.model and config.data == original.data
    return recipe.reference_for(config) if same else {}


def _normalize(base: TrainConfig, backbone: str) -> str:
    """Return the normalization: that of the backbone's training, unless the recipe sets another."""
    normalize = base.data.normalize
    if backbone == base.model.backbone:
        return normalize
    if backbone:
        return "backbone"
    return "standard" if normalize == "backbone" else normalize


def _data_settings(base: TrainConfig, values: Values) -> dict[str, Any]:
    """Return the data settings; `test_subset` has no field and belongs to the recipe's dataset."""
    changes = {name: value for name, value in values.items() if name.startswith("data.")}
    if changes["data.source"] != base.data.source:
        changes["data.test_subset"] = None
    return changes


def _input_settings(config: TrainConfig, shape: DatasetShape | None) -> dict[str, Any]:
    """Return input and output of the network; a folder that was not read is assumed to be RGB."""
    if shape is None:
        channels = 1 if config.data.color == "grey" else 3
        size = config.data.image_size or config.model.image_size
        return {"model.in_channels": channels, "model.image_size": size}
    return {
        "model.in_channels": shape.channels,
        "model.image_size": shape.image_size,
        "model.num_classes": len(shape.class_names),
    }
