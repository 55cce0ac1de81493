"""The values of a setting in a sweep: their type, their order and their text."""

from collections.abc import Mapping
from functools import cache
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from studio.config import TrainConfig, setting
from studio.errors import ConfigError
from studio.models import VARIANTS

Value = bool | int | float | str
Values = Mapping[str, Value]


@cache
def value_type(name: str) -> type[bool] | type[int] | type[float] | type[str]:
    """The type of the values of a setting; `str` for anything but a truth value or a number.

    Raises ConfigError for an unknown setting.
    """
    setting(name)
    types = _leaf_types(_annotation(name))
    return next((kind for kind in (bool, int, float) if kind in types), str)


def _annotation(name: str) -> Any:
    model: type[BaseModel] = TrainConfig
    *sections, field = name.split(".")
    for section in sections:
        inner = model.model_fields[section].annotation
        assert isinstance(inner, type)
        assert issubclass(inner, BaseModel)
        model = inner
    return model.model_fields[field].annotation


def _leaf_types(annotation: Any) -> set[type]:
    """The types in an annotation, those of the values of a Literal among them."""
    inner = get_args(annotation)
    if get_origin(annotation) is tuple:
        return {tuple}
    if not inner:
        return {annotation if isinstance(annotation, type) else type(annotation)}
    return set().union(*map(_leaf_types, inner))


def check_value(name: str, value: Any) -> Value:
    """The value as the configuration has it: 3 instead of 3.0 for a number of epochs.

    Raises ConfigError for a value that the setting does not allow, and for none at all.
    """
    if value is None:
        raise ConfigError(name, f"A value of “{setting(name).label}” is missing.", "Enter it.")
    config: Any = TrainConfig().with_values({name: value})
    for attribute in name.split("."):
        config = getattr(config, attribute)
    return value_type(name)(config)


def describe_values(values: Values) -> str:
    """The values of a combination as text: "Learning rate 0.01 · Dropout 20 %"."""
    return " · ".join(
        f"{setting(name).label} {format_value(name, value)}" for name, value in values.items()
    )


def format_value(name: str, value: Value) -> str:
    """A value as text for a person: "20 %", "Cosine", "VGG-16"."""
    if name == "model.variant" and value in VARIANTS:
        return VARIANTS[str(value)].title
    return setting(name).format(value)
