"""Operations that change the fixes of samples: values that are recorded, applied and undone."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any, Self

from studio.data.overlay.sample_fix import Fixes, SampleFix

# Sets the whole fix of each sample, as an import does.
SET = "set"


def _add_tag(fix: SampleFix, tag: str) -> SampleFix:
    return replace(fix, tags=tuple(sorted({*fix.tags, tag})))


def _remove_tag(fix: SampleFix, tag: str) -> SampleFix:
    return replace(fix, tags=tuple(other for other in fix.tags if other != tag))


# What each action makes of a fix and the value of the operation.
_ACTIONS: dict[str, Callable[[SampleFix, str], SampleFix]] = {
    "relabel": lambda fix, label: replace(fix, label=label),
    "restore_label": lambda fix, _: replace(fix, label=None),
    "exclude": lambda fix, _: replace(fix, excluded=True),
    "include": lambda fix, _: replace(fix, excluded=False),
    "mark_ambiguous": lambda fix, _: replace(fix, ambiguous=True),
    "clear_ambiguous": lambda fix, _: replace(fix, ambiguous=False),
    "add_tag": _add_tag,
    "remove_tag": _remove_tag,
    "set_note": lambda fix, note: replace(fix, note=note),
    "reset": lambda _fix, _: SampleFix(),
}


@dataclass(frozen=True)
class Operation:
    """One change that a person made, to one or several samples at once.

    `value` is the label, tag or note; `fixes` holds the fix of each sample where the action is
    `set`, and `value` then describes it, as "Import fixes.csv". `time` is local, ISO 8601.
    """

    action: str
    samples: tuple[str, ...]
    value: str = ""
    fixes: Fixes = field(default_factory=dict)
    time: str = ""

    def apply(self, before: Fixes) -> dict[str, SampleFix]:
        """Return the fixes of samples after the operation."""
        if self.action == SET:
            return {sample: self.fixes[sample] for sample in before}
        change = cache(_ACTIONS[self.action])  # most of many samples have the same fix
        return {sample: change(fix, self.value) for sample, fix in before.items()}

    @cached_property
    def json(self) -> str:
        """The operation as JSON on one line."""
        values: dict[str, Any] = {"action": self.action, "value": self.value, "time": self.time}
        if self.action == SET:
            values["fixes"] = {sample: fix.to_dict() for sample, fix in self.fixes.items()}
        else:
            values["samples"] = list(self.samples)
        return json.dumps({k: v for k, v in values.items() if v != ""}, ensure_ascii=False)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Make an operation of the values in a file. Raises ValueError for other values."""
        action, value, time = (_read_text(values, name) for name in ("action", "value", "time"))
        if action == SET:
            fixes = values.get("fixes")
            if not isinstance(fixes, Mapping):
                raise ValueError("an operation has no fixes")
            read = {sample: SampleFix.from_dict(fix) for sample, fix in fixes.items()}
            return cls(action, tuple(read), value, read, time)
        if action not in _ACTIONS:
            raise ValueError(f"unknown action {action!r}")
        return cls(action, _read_samples(values.get("samples")), value, time=time)


def _read_text(values: Mapping[str, Any], name: str) -> str:
    text = values.get(name, "") if isinstance(values, Mapping) else None
    if not isinstance(text, str):
        raise ValueError(f"an operation has no valid {name}")
    return text


def _read_samples(samples: object) -> tuple[str, ...]:
    if not isinstance(samples, Sequence) or not all(isinstance(s, str) for s in samples):
        raise ValueError("an operation has no valid samples")
    return tuple(samples)
