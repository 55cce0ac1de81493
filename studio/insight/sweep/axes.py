"""The settings that a sweep can vary, and their values: typed, suggested, or of a range."""

import dataclasses
import math
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, Final

from studio.config import Setting, setting, settings
from studio.errors import ConfigError, quoted
from studio.insight.sweep.plan import Axis
from studio.insight.sweep.values import Value, check_value, value_type
from studio.models import VARIANTS

# Settings without an influence on the result, or after which results cannot be compared: other
# samples would be used for validation.
_FIXED: Final = {
    "recipe",
    "seed",
    "model.layers",
    "model.in_channels",
    "model.image_size",
    "model.num_classes",
    "data.val_share",
    "data.test_share",
    "data.split_seed",
    "data.subset",
    "data.test_subset",
    "engine.device",
    "engine.memory_format",
    "engine.threads",
    "engine.log_every",
    "engine.history",
    "engine.keep_weights",
    "engine.test_at_end",
    "engine.max_minutes",
    "optim.on_divergence",
}

# Settings that span decades: values are multiplied, and drawn on a logarithmic scale.
_LOG_SCALE: Final = {
    "optim.lr",
    "optim.weight_decay",
    "optim.min_change",
    "optim.clip_norm",
    "optim.step_factor",
}

# Numbers that are doubled and halved.
_DOUBLED: Final = {"optim.batch_size", "optim.epochs", "engine.max_steps", "model.views"}

# Decays close to 1: their distance from 1 spans decades.
_DECAYS: Final = {"optim.momentum", "optim.ema", "optim.decay"}

# What suggestions begin with where a setting is off or as the variant has it.
_WHEN_UNSET: Final[Mapping[str, tuple[Value, ...]]] = {
    "optim.weight_decay": (0.0, 1e-4, 1e-3),
    "optim.clip_norm": (0.0, 1.0, 5.0),
    "optim.min_change": (0.0, 1e-3, 1e-2),
    "optim.ema": (0.0, 0.99, 0.999),
    "optim.momentum": (0.0, 0.9, 0.95),
    "optim.patience": (0, 3, 10),
    "model.dropout": (0.0, 0.2, 0.5),
    "engine.max_steps": (250, 500, 1000),
    "data.image_size": (32, 64, 128),
}

# Distance of two suggestions, where the step of the form is too small for a difference.
_STEPS: Final[Mapping[str, float]] = {
    "model.dropout": 0.15,
    "data.image_size": 16,
    "data.scale": 64,
    "augment.rotate": 5,
    "augment.shear": 5,
    "augment.zoom": 0.05,
    "augment.shift": 0.05,
    "augment.thickness": 0.25,
    "augment.brightness": 0.1,
    "augment.contrast": 0.1,
    "augment.blur": 0.5,
    "augment.noise": 0.05,
    "augment.erase": 0.25,
    "optim.step_epochs": 5,
    "optim.mixup": 0.2,
    "optim.warmup": 1,
    "optim.patience": 3,
}

_RANGE: Final = ".."


@cache
def sweep_settings() -> Mapping[str, Setting]:
    """The settings that can vary, by dotted name in the order of the form.

    Those are numbers and choices; `model.variant` has the variants as choices, and a truth value
    has Off and On.
    """
    return {
        name: _with_choices(known)
        for name, known in settings().items()
        if name not in _FIXED and _is_varied(known)
    }


def _is_varied(known: Setting) -> bool:
    is_choice = bool(known.choices) or known.name == "model.variant"
    return is_choice or value_type(known.name) is not str


def _with_choices(known: Setting) -> Setting:
    if known.name == "model.variant":
        titles = {name: variant.title for name, variant in VARIANTS.items()}
        return dataclasses.replace(known, choices=titles)
    if value_type(known.name) is bool and not known.choices:
        return dataclasses.replace(known, choices={False: "Off", True: "On"})
    return known


def find_setting(name: str) -> Setting:
    """The setting of that dotted name, if it can vary. Raises ConfigError."""
    known = sweep_settings()
    if name in known:
        return known[name]
    label = setting(name).label  # raises for an unknown one
    hint = "A sweep has its own list of seeds." if name == "seed" else "Choose another setting."
    raise ConfigError(name, f"A sweep cannot vary “{label}” ({name}).", hint)


def is_log_scale(name: str) -> bool:
    """Whether the values of a setting span decades, so that a logarithmic axis suits them."""
    return name in _LOG_SCALE


def parse_axis(text: str) -> Axis:
    """Parse `optim.lr=0.001,0.01`, or `optim.lr=1e-4..1e-1` for a range to draw from.

    Raises ConfigError.
    """
    name, equals, values = (word.strip() for word in text.partition("="))
    if not equals:
        raise ConfigError(name, f"{quoted(text)} has no values.", "Write it as optim.lr=0.001,0.01")
    low, dots, high = values.partition(_RANGE)
    return parse_range(name, low, high) if dots else Axis(name, parse_values(name, values))


def parse_values(name: str, text: str, *, shown: bool = False) -> tuple[Value, ...]:
    """Parse values between commas: `0.001, 0.01`, `sgd, adam`, `off, on`.

    A choice may be written as its label too. With `shown`, numbers are in the unit that the form
    shows, so that 20 is a fraction of 0.2. Raises ConfigError for one that the setting does not
    allow, for one that is listed twice, and for no values at all.
    """
    known = find_setting(name)
    words = [word.strip() for word in text.split(",") if word.strip()]
    values = tuple(_parse_value(known, word, shown) for word in words)
    if not values:
        raise ConfigError(name, f"“{known.label}” has no values.", "Separate them by commas.")
    twice = next((value for value in values if values.count(value) > 1), None)
    if twice is not None:
        message = f"{known.format(twice)} is listed twice for “{known.label}”."
        raise ConfigError(name, message, "List it once.")
    return values


def parse_range(name: str, low: str, high: str, *, shown: bool = False) -> Axis:
    """The axis of a range between two typed numbers. Raises ConfigError."""
    known = find_setting(name)
    if known.choices:
        message = f"“{known.label}” has choices and no range."
        raise ConfigError(name, message, "List them: " + ", ".join(map(str, known.choices)))
    first, last = (float(_parse_value(known, word.strip(), shown)) for word in (low, high))
    if not first < last:
        message = f"The range of “{known.label}” is empty."
        raise ConfigError(name, message, "Enter the smaller number first.")
    return Axis(name, low=first, high=last, is_log=is_log_scale(name) and first > 0)


def format_values(name: str, values: Iterable[Value]) -> str:
    """Values as `parse_values(…, shown=True)` reads them: "0.001, 0.01", "10, 20", "sgd, adam"."""
    scale = setting(name).scale
    return ", ".join(_format(value, scale) for value in values)


def _format(value: Value, scale: float) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value * scale:.10g}" if isinstance(value, int | float) else value


def _parse_value(known: Setting, word: str, shown: bool) -> Value:
    by_label = {str(label).lower(): value for value, label in known.choices.items()}
    if word.lower() in by_label:
        return check_value(known.name, by_label[word.lower()])
    value = _parse_word(word)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if value_type(known.name) in (int, float) and not is_number:
        raise ConfigError(
            known.name, f"{quoted(word)} is no number for “{known.label}”.", _hint(known)
        )
    if is_number and shown and known.scale != 1:
        value = float(f"{value / known.scale:.12g}")
    checked = check_value(known.name, value)
    if known.choices and checked not in known.choices:  # such as a variant that does not exist
        raise ConfigError(
            known.name, f"{quoted(word)} is no choice of “{known.label}”.", _hint(known)
        )
    return checked


def _hint(known: Setting) -> str:
    if known.choices:
        return f"There are: {', '.join(map(str, known.choices))}."
    return f"It must be {known.range}." if known.range else "Write it as 0.1."


def _parse_word(word: str) -> Any:
    """A number or truth value as in TOML, also written `1e-4`, `.5`, `on` and `off`."""
    truth = {"on": True, "off": False, "true": True, "false": False}
    if word.lower() in truth:
        return truth[word.lower()]
    try:
        return tomllib.loads(f"value = {word}")["value"]
    except tomllib.TOMLDecodeError:
        pass
    try:
        return float(word)
    except ValueError:
        return word


def suggest_values(name: str, current: Value | None) -> tuple[Value, ...]:
    """Three values around the present one, ascending, or all choices of a choice."""
    known = find_setting(name)
    if known.choices:
        return tuple(known.choices)
    if name in _WHEN_UNSET and not current:
        return _WHEN_UNSET[name]
    return _three_around(known, float(current or known.default or 0))


def suggest_range(name: str, current: Value | None) -> Axis | None:
    """A range around the suggested values to draw from; None for a choice.

    Where the values span decades, it reaches from a tenth to ten times the middle one.
    """
    known, values = find_setting(name), suggest_values(name, current)
    if known.choices:
        return None
    numbers = [float(value) for value in values]
    if not is_log_scale(name):
        return Axis(name, low=min(numbers), high=max(numbers))
    middle = numbers[1]
    high = min(middle * 10, known.maximum or math.inf)
    return Axis(name, low=float(f"{middle / 10:.3g}"), high=float(f"{high:.3g}"), is_log=True)


def _three_around(known: Setting, current: float) -> tuple[Value, ...]:
    name = known.name
    if name in _DOUBLED:
        return _allowed(known, (current / 2, current, current * 2))
    if name in _LOG_SCALE:
        return _allowed(known, (current * 0.3, current, current * 3))
    if name in _DECAYS:
        gap = 1 - current
        return _allowed(known, (1 - 3 * gap, current, 1 - 0.3 * gap))
    step = _STEPS.get(name, known.step or 1)
    start = max(current - step, known.minimum or 0)
    return _allowed(known, (start, start + step, start + 2 * step))


def _allowed(known: Setting, wanted: Iterable[float]) -> tuple[Value, ...]:
    """The wanted values as the setting has them, without those that it does not allow."""
    rounded: Callable[[float], float] = (
        (lambda value: max(round(value), 1 if known.minimum else 0))
        if value_type(known.name) is int
        else (lambda value: float(f"{value:.3g}"))
    )
    values = []
    for value in wanted:
        try:
            values.append(check_value(known.name, rounded(value)))
        except ConfigError:
            continue
    return tuple(sorted(set(values), key=lambda value: float(value)))
