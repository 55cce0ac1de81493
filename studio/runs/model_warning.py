"""What a person should know of a model before trusting any of its predictions."""

from studio.runs.chance_level import is_near_chance

UNTRAINED = "Untrained model: stopped within its first epoch"


def model_warning(val_accuracy: float | None, classes: int, epoch: int) -> str:
    """Return a warning for a model that guesses or was hardly trained, empty for a useful one.

    `val_accuracy` (0..1) and `epoch`, the number of finished epochs, are those of its card.
    """
    if val_accuracy is None:
        return "" if epoch else UNTRAINED
    if is_near_chance(val_accuracy, classes):
        return f"This model guesses: {100 * val_accuracy:.1f} % validation accuracy"
    return ""
