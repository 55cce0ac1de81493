"""Rules about the data: mirrored characters, and too few samples to trust a figure."""

from studio.formatting import percent
from studio.insight.coach.advice import Advice, Severity
from studio.insight.coach.record import TrainingRecord
from studio.insight.intervals import MAX_WIDTH, wilson_interval

_FEW_EPOCHS = 3  # before which the accuracy still changes by more than chance
_MOST_VAL_SHARE = 0.3


def mirrored_characters(record: TrainingRecord) -> Advice | None:
    """Digits or letters are flipped, although mirrored they are other characters or none."""
    augment = record.config.augment
    flips = {
        "augment.flip_horizontal": augment.flip_horizontal,
        "augment.flip_vertical": augment.flip_vertical,
    }
    active = [name for name, is_on in flips.items() if is_on]
    if not active or not _are_characters(record.classes):
        return None
    return Advice(
        "mirrored_characters",
        Severity.PROBLEM,
        "Flips hurt here: a mirrored digit or letter is another character, or none.",
        "The classes are single characters, and half of their training images are mirrored. The "
        "model has to learn shapes that never occur.",
        next_run=dict.fromkeys(active, False),
    )


def _are_characters(classes: tuple[str, ...]) -> bool:
    """Whether most classes are single letters or digits."""
    single = [name for name in classes if len(name.strip()) == 1 and name.strip().isalnum()]
    return len(single) > len(classes) / 2


def few_samples(record: TrainingRecord) -> Advice | None:
    """The validation split is so small that its accuracy says little."""
    if record.started is None or len(record.epochs) < _FEW_EPOCHS:
        return None
    total, accuracy = record.started.val_images, record.epochs[-1].val_accuracy
    low, high = wilson_interval(round(accuracy * total), total)
    if high - low <= MAX_WIDTH:
        return None
    share = record.config.data.val_share
    larger = round(min(_MOST_VAL_SHARE, 2 * share), 2)
    return Advice(
        "few_samples",
        Severity.NOTE,
        f"{total:,} validation samples are few: differences between epochs may be chance.",
        f"The accuracy {percent(accuracy)} could as well be {percent(low)} or {percent(high)} "
        "(95 % interval).",
        next_run={"data.val_share": larger} if larger > share else {},
    )
