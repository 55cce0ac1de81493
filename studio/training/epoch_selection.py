"""Which epoch's weights a run keeps as its best ones (`optim.select`). No torch here."""

import math
from typing import Protocol

from studio.config import Select

# What runs of earlier versions did, whose files do not name it.
EARLIER: Select = "val_accuracy"

# How the kept epoch was chosen, to be put behind its number.
SELECT_TEXT: dict[Select, str] = {
    "val_loss": "lowest validation loss",
    "val_accuracy": "highest validation accuracy",
    "last": "last epoch",
}


class Validated(Protocol):
    """The figures of an epoch on the validation split."""

    @property
    def val_loss(self) -> float:
        """Mean cross-entropy, without label smoothing."""

    @property
    def val_accuracy(self) -> float:
        """Fraction of correct predictions, 0..1."""


def is_selected(
    select: Select, val_loss: float, val_accuracy: float, best: Validated | None
) -> bool:
    """Whether an epoch that just ended takes the place of `best`, the one kept so far.

    Ties of the accuracy are broken by the loss, and the other way around; a full tie keeps the
    earlier epoch. NaN never wins against a number.
    """
    if best is None or select == "last":
        return True
    return _rank(select, val_loss, val_accuracy) > _rank(select, best.val_loss, best.val_accuracy)


def _rank(select: Select, val_loss: float, val_accuracy: float) -> tuple[float, float]:
    loss = -math.inf if math.isnan(val_loss) else -val_loss
    accuracy = -math.inf if math.isnan(val_accuracy) else val_accuracy
    return (loss, accuracy) if select == "val_loss" else (accuracy, loss)


def epoch_label(select: Select) -> str:
    """One word for the kept epoch, in a table or on a curve."""
    return "kept" if select == "last" else "best"
