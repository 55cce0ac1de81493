"""Selection of the epoch whose weights a run keeps as the best ones (`optim.select`)."""

import math

from studio.config import Select, setting
from studio.training.events import EpochEnd

# Shown after the number of the kept epoch.
SELECT_TEXT: dict[str, str] = {
    value: label.lower() for value, label in setting("optim.select").choices.items()
}


def is_selected(
    select: Select, val_loss: float, val_accuracy: float, best: EpochEnd | None
) -> bool:
    """Whether an epoch that just ended replaces `best`, the one kept so far.

    `val_loss` is the mean cross-entropy without label smoothing, `val_accuracy` a fraction. Ties of
    the accuracy are broken by the loss, and vice versa; if both are equal the earlier epoch stays.
    NaN is worse than any number.
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
