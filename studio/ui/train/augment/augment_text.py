"""The summary of the augmentation, and warnings where it harms a dataset. No Qt here."""

from collections.abc import Mapping
from typing import Any

from studio.config import AugmentConfig, setting

# Datasets whose classes are characters: why mirroring and why rotating harms them.
_DIGITS = (
    "Mirrored digits are other characters: 2 and 5 become unreadable, 6 and 9 swap when also "
    "rotated.",
    "Rotated this far, 6 and 9 look alike.",
)
_CHARACTERS = {
    "digits": _DIGITS,
    "mnist": _DIGITS,
    "emnist_digits": _DIGITS,
    "handwriting": _DIGITS,
    "emnist_letters": (
        "Mirrored letters are other letters: b becomes d, p becomes q.",
        "Rotated this far, n and u look alike.",
    ),
    "kmnist": (
        "Mirrored characters are characters that nobody writes.",
        "Rotated this far, characters are hard to tell apart.",
    ),
}
_UPRIGHT = 45  # degrees; handwriting leans less
_FLIPS = ("augment.flip_horizontal", "augment.flip_vertical")
_MAX_LENGTH = 28  # characters that fit beside the title of the section


def augment_summary(values: Mapping[str, Any]) -> str:
    """Return the augmentations that are on, shortened to fit beside the title of the section."""
    on = [name for name, value in values.items() if name.startswith("augment.") and value]
    items = [_amount_text(name, values[name]) for name in on if name not in _FLIPS]
    if any(name in _FLIPS for name in on):
        items.append("flip")
    lines = [_first_items(items, shown) for shown in range(len(items), 0, -1)] or ["none"]
    return next((line for line in lines if len(line) <= _MAX_LENGTH), lines[-1])


def flip_warning(source: str, values: Mapping[str, Any], recipe: AugmentConfig) -> str:
    """Return why the flips that are on harm a dataset; empty if they do not.

    `recipe` is the augmentation of the chosen recipe: the warning says if that has the flips too.
    """
    flips = [name for name in _FLIPS if values[name]]
    if source not in _CHARACTERS or not flips:
        return ""
    advice = "Turn it off for a better accuracy."
    if all(getattr(recipe, name.removeprefix("augment.")) for name in flips):
        advice = "The source of this recipe does it; turn it off for a better accuracy."
    return f"{_CHARACTERS[source][0]} {advice}"


def rotation_warning(source: str, values: Mapping[str, Any]) -> str:
    """Return why so much rotation harms a dataset; empty if it does not."""
    is_far = values["augment.rotate"] > _UPRIGHT
    return _CHARACTERS[source][1] if source in _CHARACTERS and is_far else ""


def _amount_text(name: str, value: float) -> str:
    return f"{setting(name).label.lower()} {setting(name).format(value)}"


def _first_items(items: list[str], shown: int) -> str:
    more = len(items) - shown
    return ", ".join(items[:shown]) + (f" and {more} more" if more else "")
