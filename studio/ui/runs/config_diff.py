"""Which settings differ, and how."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.config import setting_label

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
    names = list(dict.fromkeys([*first, *second]))
    return [
        Difference(setting_label(name), _said(first.get(name)), _said(second.get(name)))
        for name in names
        if name not in _NOT_COMPARED and _said(first.get(name)) != _said(second.get(name))
    ]


def _said(value: Any) -> str:
    if value is None:
        return UNSET
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(_said(part) for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
