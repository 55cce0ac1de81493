"""Selection of the epoch whose weights a run keeps as the best ones (`optim.select`)."""

import math
from typing import Protocol

from studio.config import Select, setting

# The criterion of runs of earlier versions, whose files do not contain one.
LEGACY_SELECT: Select = "val_accuracy"

# Shown after the number of the kept epoch.
SELECT_TEXT: dict[str, str] = {
    value: label.lower() for value, label in setting("optim.select").choices.items()
}


class Validated(Protocol):
    """Metrics of an epoch on the validation split."""

    @property
    def val_loss(self) -> float:
        """Mean cross-entropy, without label smoothing."""

    @property
    def val_accuracy(self) -> float:
        """Fraction of correct predictions, 0..1."""


def is_selected(
    select: Select, val_loss: float, val_accuracy: float, best: Validated | None
) -> bool:
    """Whether an epoch that just ended replaces `best`, the one kept so far.

    Ties of the accuracy are broken by the loss, and vice versa; if both are equal the earlier
    epoch stays. NaN is worse than any number.
    """
    if best is None or select == "last":
        return True
    score = _score(select, val_loss, val_accuracy)
    return score > _score(select, best.val_loss, best.val_accuracy)


def _score(select: Select, val_loss: float, val_accuracy: float) -> tuple[float, float]:
    loss = -math.inf if math.isnan(val_loss) else -val_loss
    accuracy = -math.inf if math.isnan(val_accuracy) else val_accuracy
    return (loss, accuracy) if select == "val_loss" else (accuracy, loss)


def epoch_label(select: Select) -> str:
    """Return the name of the kept epoch in tables and curves: “best” or “kept”."""
    return "kept" if select == "last" else "best"
