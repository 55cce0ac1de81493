"""Rules about what the model learns: overfitting, silent units, one class, and a harmless gap."""

import math

from studio.config import TrainConfig
from studio.formatting import listed, percent
from studio.insight.coach.advice import Advice, Severity
from studio.insight.coach.record import TrainingRecord
from studio.models.variants import resolve_variant
from studio.runs.chance_level import usual_rates

_OVERFIT_EPOCHS = 3  # since the lowest validation loss
_OVERFIT_RISE = 1.1  # of the validation loss, over its lowest
_COLLAPSED = 0.8  # fraction of the predictions that go to one class
_SILENT = 0.7  # fraction of the units of a layer; half of them is usual in small networks
_BLOCKED = 0.98  # fraction of silent units of a layer that passes on almost nothing
# Random changes that suit nearly all images; flips do not.
_MILD_AUGMENTATION = {"augment.rotate": 10, "augment.shift": 0.08, "augment.zoom": 0.1}


def overfitting(record: TrainingRecord) -> Advice | None:
    """The validation loss rises since several epochs, while the training loss still falls."""
    epochs = record.epochs
    if len(epochs) <= _OVERFIT_EPOCHS:
        return None
    best = min(epochs, key=lambda epoch: epoch.val_loss)
    since = epochs[best.epoch - epochs[0].epoch + 1 :]
    if len(since) < _OVERFIT_EPOCHS:
        return None
    recent = min(epoch.val_loss for epoch in since[-2:])
    # The mean loss of few samples changes by chance.
    by_chance = 0.5 / math.sqrt(max(record.started.val_images if record.started else 0, 1))
    rises = recent > max(_OVERFIT_RISE * best.val_loss, best.val_loss + by_chance)
    falls = since[-1].train_loss < 0.9 * best.train_loss
    if not (rises and falls):
        return None
    remedy, now, next_run = _against_overfitting(record)
    return Advice(
        "overfitting",
        Severity.HINT,
        f"Overfitting since epoch {best.epoch}. {remedy}",
        f"The validation loss rose from {best.val_loss:.3f} to {since[-1].val_loss:.3f}, while the "
        f"training loss fell from {best.train_loss:.3f} to {since[-1].train_loss:.3f}.",
        now=now,
        next_run=next_run,
    )


def _against_overfitting(
    record: TrainingRecord,
) -> tuple[str, dict[str, float], dict[str, float]]:
    """Return what helps most and is not used yet: augmentation, then dropout, then decay."""
    config = record.config
    dropout = resolve_variant(config.model).dropout
    has_units = bool(resolve_variant(config.model).hidden)
    if not config.augment.active:
        return "Random changes of the images help most.", {}, dict(_MILD_AUGMENTATION)
    if has_units and dropout < 0.3:
        change = {"model.dropout": 0.5}
        return "Dropout may help.", (change if dropout else {}), change
    change = {"optim.weight_decay": max(0.05, min(1.0, 3 * config.optim.weight_decay))}
    return "Weight decay may help; more samples would.", change, change


def class_collapse(record: TrainingRecord) -> Advice | None:
    """Twice, nearly all validation samples were predicted as one class of a few of them."""
    newest = record.checks[-2:]
    excesses = [check.predicted_fraction - check.true_fraction for check in newest]
    collapsed = [check.predicted_fraction >= _COLLAPSED for check in newest]
    if len(newest) < 2 or not all(collapsed) or min(excesses) < 0.3:
        return None
    check, usual = newest[-1], usual_rates(record.config)[2]
    change = {"optim.lr": usual} if record.lr > 2 * usual else {}
    cause = (
        f"The learning rate {record.lr:.3g} is probably too high; {usual:g} is usual."
        if change
        else "Check the labels and the number of samples of each class."
    )
    return Advice(
        "class_collapse",
        Severity.PROBLEM,
        f"The model predicts “{check.predicted_class}” for nearly everything.",
        f"{percent(check.predicted_fraction)} of the validation predictions are this class, and "
        f"{percent(check.true_fraction)} of the samples. {cause}",
        now=change,
        next_run=change,
    )


def silent_units(record: TrainingRecord) -> Advice | None:
    """Most units of a layer with ReLU are 0 for every image, so that they can learn no more."""
    if not record.checks or record.checks[-1].silent_fraction < _SILENT:
        return None
    check = record.checks[-1]
    has_norm = resolve_variant(record.config.model).norm != "none"
    remedy = {"model.activation": "leaky_relu"} if has_norm else {"model.norm": "batch"}
    return Advice(
        "silent_units",
        Severity.PROBLEM if check.silent_fraction >= _BLOCKED else Severity.HINT,
        f"{percent(check.silent_fraction)} of the units of {check.silent_layer} are silent.",
        "Their ReLU gives 0 for every validation image looked at, and passes no gradient back, so "
        "they stay silent. A learning rate that was too high for a moment can do this.",
        next_run=remedy,
    )


def training_loss_above(record: TrainingRecord) -> Advice | None:
    """The training loss is above the validation loss, as it must be with these settings."""
    if len(record.epochs) < 2:
        return None
    last = record.epochs[-1]
    causes = find_training_only(record.config)
    if not causes or last.train_loss < 1.05 * last.val_loss:
        return None
    return Advice(
        "training_loss_above",
        Severity.NOTE,
        "The training loss is above the validation loss. That is expected here.",
        f"{listed(causes).capitalize()} {'are' if len(causes) > 1 else 'is'} used in the "
        "training only, which raises its loss.",
    )


def find_training_only(config: TrainConfig) -> list[str]:
    """Return what makes the training harder than the validation, such as dropout."""
    variant = resolve_variant(config.model)
    active = {
        "dropout": variant.dropout > 0 and bool(variant.hidden),
        "label smoothing": config.optim.label_smoothing > 0,
        "mixup": config.optim.mixup > 0,
        "augmentation": config.augment.active,
    }
    return [name for name, is_active in active.items() if is_active]
