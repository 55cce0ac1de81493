"""The settings that can change while a training runs: their names, and their values as text."""

from collections.abc import Mapping
from typing import Final

from studio.config import setting, setting_label

Changes = Mapping[str, float]  # new values by the names of settings

LR: Final = "optim.lr"
WEIGHT_DECAY: Final = "optim.weight_decay"
DROPOUT: Final = "model.dropout"
STRENGTH: Final = "augment.strength"  # 0 without augmentation, 1 as configured
LIVE_SETTINGS: Final = (LR, WEIGHT_DECAY, DROPOUT, STRENGTH)


def format_value(name: str, value: float) -> str:
    """Format a value for a person: “0.0005”, “30 %”."""
    if name == STRENGTH:
        return f"{100 * value:.6g} %"
    if name == LR:
        return f"{value:.4g}"
    return setting(name).format(value)


def live_label(name: str) -> str:
    """The label of a setting of `LIVE_SETTINGS`."""
    return "Augmentation strength" if name == STRENGTH else setting_label(name)


def describe_changes(changes: Changes) -> str:
    """Return the new values for a person: “learning rate 0.0005, dropout 30 %”."""
    return ", ".join(
        f"{live_label(name).lower()} {format_value(name, value)}" for name, value in changes.items()
    )
