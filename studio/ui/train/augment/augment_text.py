"""Where a change of the pictures would change what they are. No Qt here."""

from collections.abc import Mapping
from typing import Any

from studio.config import AugmentConfig

# Sets whose classes are signs: what their mirror images and what their turned ones are.
_DIGITS = (
    "Mirrored digits are other signs: 2 and 5 become unreadable, 6 and 9 swap when also turned.",
    "Turned this far, 6 and 9 look alike.",
)
_SIGNS = {
    "digits": _DIGITS,
    "mnist": _DIGITS,
    "emnist_digits": _DIGITS,
    "emnist_letters": (
        "Mirrored letters are other letters: b becomes d, p becomes q.",
        "Turned this far, n and u look alike.",
    ),
    "kmnist": (
        "Mirrored characters are signs that nobody writes.",
        "Turned this far, characters are hard to tell apart.",
    ),
}
_UPRIGHT = 45  # degrees; handwriting leans less
_FLIPS = ("flip_horizontal", "flip_vertical")


def flip_advice(source: str, values: Mapping[str, Any], recipe: AugmentConfig) -> str:
    """Why the mirrors that are on hurt on that data set; empty if they do not.

    `recipe` is the augmentation of the chosen recipe: what came with it is said to.
    """
    flips = [name for name in _FLIPS if values[f"augment.{name}"]]
    if source not in _SIGNS or not flips:
        return ""
    ends = "Leave it off for better accuracy."
    if all(getattr(recipe, name) for name in flips):
        ends = "The source of this recipe does it; leave it off for better accuracy."
    return f"{_SIGNS[source][0]} {ends}"


def turn_advice(source: str, values: Mapping[str, Any]) -> str:
    """Why so much rotation hurts on that data set; empty if it does not."""
    far = values["augment.rotate"] > _UPRIGHT
    return _SIGNS[source][1] if source in _SIGNS and far else ""
