"""The table of settings: what each field of a configuration is called, means and allows.

A field is declared once, with `setting_field`. The form, the commands, the run's detail and the
generated page of the documentation read its label, help, unit, range and choices from here.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

# Name of a unit: the suffix of a value, and the factor it is multiplied by to be shown.
_UNITS = {
    "fraction": (" %", 100.0),
    "degrees": ("°", 1.0),
    "pixels": (" px", 1.0),
}


class Section(BaseModel):
    """A group of settings: frozen, and strict about unknown names and non-finite numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def setting_field(
    default: Any,
    label: str,
    help_text: str,
    *,
    unit: str = "",
    choices: Mapping[Any, str] | None = None,
    none_label: str = "",
    usual_maximum: float | None = None,
    step: float | None = None,
    example: str = "",
    **constraints: Any,
) -> Any:
    """Declare a field of a configuration; the arguments are the attributes of `Setting`.

    `constraints` are those of `pydantic.Field`, such as `ge` and `lt`; a minimum and a maximum are
    read from them.
    """
    shown: dict[str, Any] = {
        "unit": unit,
        "choices": dict(choices or {}),
        "none_label": none_label,
        "usual_maximum": usual_maximum,
        "step": step,
        "example": example,
    }
    return Field(
        default,
        title=label,
        description=help_text,
        json_schema_extra={"shown": shown},
        **constraints,
    )


@dataclass(frozen=True)
class Setting:
    """What there is to know about one setting.

    Attributes:
        name: Dotted name, such as `optim.lr`.
        section: Label of the group it belongs to.
        label: Short name for a form or a table.
        help: What it does and when to change it, in at most two sentences.
        default: Its value where nothing sets it.
        unit: `fraction` (0..1, shown in percent), `degrees`, `pixels`, another noun, or empty.
        minimum, maximum: Limits of a number, None without one.
        range: The limits as text, such as "> 0, ≤ 10".
        choices: Label of each value that can be chosen; empty for a free value.
        none_label: What an unset value means.
        usual_maximum: Largest value that makes sense in practice, for a slider; None as `maximum`.
        step: Increment of a spin box or slider.
        example: A value as it is written on the command line, where choices and limits do not tell.
    """

    name: str
    section: str
    label: str
    help: str
    default: Any
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    range: str = ""
    choices: Mapping[Any, str] = field(default_factory=dict)
    none_label: str = ""
    usual_maximum: float | None = None
    step: float | None = None
    example: str = ""

    @property
    def suffix(self) -> str:
        """Unit behind a shown value, with the space that belongs before it: " %", "°"."""
        return _UNITS[self.unit][0] if self.unit in _UNITS else f" {self.unit}" if self.unit else ""

    @property
    def scale(self) -> float:
        """Factor from the value to the shown number: 100 for a fraction, else 1."""
        return _UNITS[self.unit][1] if self.unit in _UNITS else 1.0

    def format(self, value: Any) -> str:
        """Format a value for a person: "15 %", "8°", "Cosine", "On", "64, 64 | 128"."""
        if isinstance(value, Hashable) and value in self.choices:
            return self.choices[value]
        if value is None or value in ("", ()):
            return self.none_label or "None"
        if isinstance(value, bool):
            return "On" if value else "Off"
        if isinstance(value, int | float):
            is_count = isinstance(value, int) and self.scale == 1
            shown = f"{value:,}" if is_count else f"{value * self.scale:.6g}"
            return f"{shown}{self.suffix}"
        if isinstance(value, tuple | list):
            nested = any(isinstance(item, tuple | list) for item in value)
            return (" | " if nested else ", ").join(self.format(item) for item in value)
        return str(value)


@cache
def read_settings(config: type[BaseModel]) -> Mapping[str, Setting]:
    """Every setting of a configuration class by its dotted name, in order."""
    return {setting.name: setting for setting in _walk(config, "", "General")}


def _walk(model: type[BaseModel], prefix: str, section: str) -> Iterator[Setting]:
    for name, info in model.model_fields.items():
        annotation = info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from _walk(annotation, f"{prefix}{name}.", info.title or name)
        else:
            yield _read_setting(prefix + name, section, info)


def _read_setting(name: str, section: str, info: FieldInfo) -> Setting:
    extra = info.json_schema_extra
    shown: Any = extra["shown"] if isinstance(extra, dict) else {}
    limits = {
        key: getattr(constraint, key)
        for constraint in info.metadata
        for key in ("gt", "ge", "lt", "le")
        if hasattr(constraint, key)
    }
    signs = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}
    return Setting(
        name=name,
        section=section,
        label=info.title or name,
        help=info.description or "",
        default=info.default,
        minimum=limits.get("gt", limits.get("ge")),
        maximum=limits.get("lt", limits.get("le")),
        range=", ".join(f"{signs[key]} {limit:,}" for key, limit in limits.items()),
        **shown,
    )
