"""The settings of a run by dotted name, and the differences between two runs."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from studio.config import TrainConfig, setting_label, settings
from studio.formatting import UNKNOWN
from studio.models import VARIANT_FIELDS, VARIANTS

_NOT_COMPARED = {"recipe"}
# Settings that follow from the dataset.
DERIVED_SETTINGS = {"model.in_channels", "model.image_size", "model.num_classes"}


class Difference(NamedTuple):
    """The label of a setting and its two values as text."""

    setting: str
    first: str
    second: str


def flatten(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return nested settings by dotted name, such as `optim.lr`."""
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            flat |= flatten(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = value
    return flat


def flat_settings(config: TrainConfig) -> dict[str, Any]:
    """Return all settings: with those of the variant, without those that follow from the data."""
    found = flatten(config.to_dict())
    variant = VARIANTS.get(config.model.variant)
    for name in VARIANT_FIELDS if variant else ():
        found.setdefault(f"model.{name}", getattr(variant, name))
    return {name: value for name, value in found.items() if name not in DERIVED_SETTINGS}


def differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Difference]:
    """Return the settings in which two flat configurations differ, in their own order."""
    found = []
    for name in dict.fromkeys([*first, *second]):
        values = format_setting(name, first.get(name)), format_setting(name, second.get(name))
        if name not in _NOT_COMPARED and values[0] != values[1]:
            found.append(Difference(setting_label(name), *values))
    return found


def format_setting(name: str, value: Any) -> str:
    """Format a value by the table of settings; settings of other versions as plain text."""
    setting = settings().get(name)
    if value is None:
        return (setting and setting.none_label) or UNKNOWN
    return setting.format(value) if setting else str(value)
