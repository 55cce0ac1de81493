"""Rules about the learning rate: too high, too low, at chance level, and a plateau."""

import math

from studio.formatting import percent
from studio.insight.coach.advice import Advice, Severity
from studio.insight.coach.record import TrainingRecord, median
from studio.runs.chance_level import is_near_chance, usual_rates

_FEW_LOSSES = 10  # logged losses before anything is said about them
_JUMP = 10  # times the loss of guessing, which no new model has as the mean of an epoch
_FEW_STEPS = 30  # before a model can be expected to do better than guessing
_HARDLY_LEARNED = 0.85  # of the loss at the beginning
_FLAT = 0.02  # relative change of a loss that counts as none
# Schedules whose rate falls to zero by themselves.
_FALLING = ("cosine", "onecycle")


def rate_too_high(record: TrainingRecord) -> Advice | None:
    """The training loss is far above that at the beginning, or was and has not recovered.

    A new model starts with about the loss of guessing, ln K, or a few times that. Only steps that
    are too large lead far above it.
    """
    losses = [step.loss for step in record.steps]
    means = [epoch.train_loss for epoch in record.epochs]
    recent, peak = record.recent_loss, max([*losses, *means], default=math.nan)
    if len(losses) >= _FEW_LOSSES:
        limit = max(median(losses[:3]), record.chance_loss)
        is_stuck = peak > 3 * limit and recent > 0.8 * record.chance_loss
        has_jumped = recent > 2 * limit or is_stuck
    else:  # short epochs, or a long logging interval
        has_jumped = max(means, default=0) > _JUMP * record.chance_loss
    if not has_jumped:
        return None
    reason = (
        f"The training loss reached {peak:.3g} and is {recent:.3g} now; guessing among "
        f"{len(record.classes)} classes gives {record.chance_loss:.2f}."
    )
    return Advice(
        "rate_too_high",
        Severity.PROBLEM,
        f"The learning rate {record.lr:.3g} is too high: the loss has jumped.",
        reason,
        now={"optim.lr": _rounded(record.lr / 10)},
        next_run={"optim.lr": _rounded(record.config.optim.lr / 10)},
    )


def rate_too_low(record: TrainingRecord) -> Advice | None:
    """The loss falls steadily, but so slowly that it stays high to the end of the training."""
    losses = [step.loss for step in record.steps]
    _, highest, usual = usual_rates(record.config)
    higher = _rounded(min(record.lr * 10, highest))
    if len(losses) < 2 * _FEW_LOSSES or record.progress < 0.1 or record.lr > usual:
        return None
    third = len(losses) // 3
    parts = [median(losses[part * third : (part + 1) * third]) for part in range(3)]
    falls = parts[0] > parts[1] > parts[2] > _HARDLY_LEARNED * parts[0]
    # A straight line through the last two parts, to the last step of the training.
    at_end = parts[2] - (parts[1] - parts[2]) * 3 * (1 / record.progress - 1)
    if not falls or parts[2] < 0.8 * record.chance_loss or at_end < record.chance_loss / 2:
        return None
    reason = (
        f"The training loss fell only from {parts[0]:.3g} to {parts[2]:.3g} in "
        f"{percent(record.progress)} of the steps; guessing gives {record.chance_loss:.2f}."
    )
    return Advice(
        "rate_too_low",
        Severity.PROBLEM,
        f"The learning rate {record.lr:.3g} is too low: the loss hardly falls.",
        reason,
        now={"optim.lr": higher},
        next_run={"optim.lr": _rounded(min(record.config.optim.lr * 10, highest))},
    )


def at_chance(record: TrainingRecord) -> Advice | None:
    """Two validations found an accuracy that guessing reaches as well."""
    started = record.started
    if started is None or len(record.epochs) < 2 or record.epochs[-1].step < _FEW_STEPS:
        return None
    samples, classes = started.val_images, len(record.classes)
    newest = [epoch.val_accuracy for epoch in record.epochs[-2:]]
    if not all(is_near_chance(accuracy, classes, samples) for accuracy in newest):
        return None
    low, high, usual = usual_rates(record.config)
    lr = record.config.optim.lr
    reason = (
        f"The validation accuracy is {percent(newest[-1])} after {len(record.epochs)} epochs, and "
        f"guessing among {classes} classes gives {percent(1 / classes)}. "
    )
    if low <= lr <= high:
        reason += "Try another learning rate, and check the labels of the dataset."
        return Advice("at_chance", Severity.PROBLEM, "The model only guesses.", reason)
    reason += f"The learning rate {lr:g} is outside the usual range {low:g} to {high:g}."
    change = {"optim.lr": usual}
    text = "The model only guesses, probably because of the learning rate."
    return Advice("at_chance", Severity.PROBLEM, text, reason, now=change, next_run=change)


def plateau(record: TrainingRecord) -> Advice | None:
    """Neither loss has fallen for several epochs, while the model still makes mistakes."""
    patience = max(3, math.ceil(0.15 * len(record.epochs)))
    started = record.started
    if started is None or len(record.epochs) <= patience + 1:
        return None
    if record.config.optim.schedule in _FALLING or record.progress > 0.9:
        return None
    before, recent = record.epochs[:-patience], record.epochs[-patience:]
    flat = all(
        min(getattr(epoch, name) for epoch in recent)
        > (1 - _FLAT) * min(getattr(epoch, name) for epoch in before)
        for name in ("train_loss", "val_loss")
    )
    rises = recent[-1].train_loss > 1.5 * min(epoch.train_loss for epoch in before)
    mistakes = (1 - recent[-1].val_accuracy) * started.val_images
    if not flat or rises or mistakes < 3 or recent[-1].train_accuracy > 0.99:
        return None
    lower = _rounded(record.lr / 3)
    return Advice(
        "plateau",
        Severity.HINT,
        f"The losses have not fallen for {patience} epochs. A lower learning rate may help.",
        f"The lowest validation loss is {min(e.val_loss for e in record.epochs):.3f}, the training "
        f"loss {recent[-1].train_loss:.3f}. Smaller steps can settle where larger ones overshoot.",
        now={"optim.lr": lower},
        next_run={"optim.schedule": "cosine"},
    )


def _rounded(rate: float) -> float:
    """Return a rate with two significant digits, as a person would type it."""
    return float(f"{rate:.2g}")
