"""Which settings differ, and how."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.config import setting_label, settings

UNSET = "–"
_NOT_COMPARED = {"recipe"}


@dataclass(frozen=True)
class Difference:
    """One setting, by its title, that has two values, both as text."""

    setting: str
    first: str
    second: str


def flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested settings by dotted name, such as `optim.lr`."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{prefix}{name}.")
        else:
            found[prefix + name] = value
    return found


def differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Difference]:
    """The settings in which two flat configurations differ, in the order they are written."""
    found = []
    for name in dict.fromkeys([*first, *second]):
        before, after = _format(name, first.get(name)), _format(name, second.get(name))
        if name not in _NOT_COMPARED and before != after:
            found.append(Difference(setting_label(name), before, after))
    return found


def _format(name: str, value: Any) -> str:
    """The value as the table of settings shows it; a setting of another version as it is."""
    known = settings().get(name)
    if value is None:
        return (known and known.none_label) or UNSET
    return known.format(value) if known else str(value)
