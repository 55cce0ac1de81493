"""Numbers as the Train page says them. No Qt here."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from studio.models import Layer, Summary
from studio.ui.train.augment.augment_amounts import AMOUNTS

NBSP = "\u00a0"  # a figure and its unit stay on one line
_ROOM = 33  # characters beside the title of the augmentation


def count(number: float) -> str:
    """A large whole number in three figures: 390k, 4.1M, 812."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= size:
            scaled = number / size
            return f"{scaled:.0f}{letter}" if scaled >= 100 else f"{scaled:.3g}{letter}"
    return f"{number:.0f}"


def network_words(summary: Summary, frozen: Sequence[Layer]) -> str:
    """What a network costs; `frozen` layers do not learn."""
    still = sum(layer.parameters for layer in frozen)
    learned = f", {count(summary.parameters - still)} of them learn" if still else ""
    return (
        f"{count(summary.parameters)} parameters{learned} · a picture takes "
        f"{count(summary.multiply_adds)} multiply-adds and {memory(summary.activation_bytes)} "
        "of activations"
    )


def memory(size: float) -> str:
    """An amount of bytes in three figures: 36.1 kB, 58 MB."""
    figures = count(size)
    unit = "B" if figures[-1].isdigit() else f"{figures[-1]}B"
    return f"{figures.removesuffix(unit[0])}{NBSP}{unit}"


def duration(seconds: float) -> str:
    """Minutes and seconds, 1:12, with hours in front where there are any."""
    if not isfinite(seconds):
        return "–"
    whole = max(0, round(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def percent(share: float | None, digits: int = 1) -> str:
    """A fraction 0..1 as a percentage, or a dash when there is none."""
    return "–" if share is None or not isfinite(share) else f"{100 * share:.{digits}f}{NBSP}%"


def augment_words(values: Mapping[str, Any]) -> str:
    """What the augmentation does, in a line that fits beside its title."""
    words = [
        f"{amount.label.lower()} {amount.words(values[amount.setting])}"
        for amount in AMOUNTS
        if values[amount.setting]
    ]
    if values["augment.flip_horizontal"] or values["augment.flip_vertical"]:
        words.append("mirror")
    lines = [_first_of(words, named) for named in range(len(words), 0, -1)] or ["none"]
    return next((line for line in lines if len(line) <= _ROOM), lines[-1])


def _first_of(words: list[str], named: int) -> str:
    more = len(words) - named
    return ", ".join(words[:named]) + (f" and {more} more" if more else "")
