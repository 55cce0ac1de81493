"""The differences between two configurations. No Qt here."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from studio.config import setting_label, settings
from studio.formatting import UNKNOWN

_NOT_COMPARED = {"recipe"}


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


def differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Difference]:
    """Return the settings in which two flat configurations differ, in their own order."""
    found = []
    for name in dict.fromkeys([*first, *second]):
        values = _format(name, first.get(name)), _format(name, second.get(name))
        if name not in _NOT_COMPARED and values[0] != values[1]:
            found.append(Difference(setting_label(name), *values))
    return found


def _format(name: str, value: Any) -> str:
    """Format a value by the table of settings; settings of other versions as plain text."""
    setting = settings().get(name)
    if value is None:
        return (setting and setting.none_label) or UNKNOWN
    return setting.format(value) if setting else str(value)
