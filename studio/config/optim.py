"""Settings of the optimization."""

import os
from typing import Literal

from pydantic import field_validator

from studio.config.model import absolute
from studio.config.setting_field import Section, setting_field

Select = Literal["val_loss", "val_accuracy", "last"]
StopMetric = Literal["val_loss", "val_accuracy"]

# The number of epochs of a training whose length is given in steps: the steps end it.
MOST_EPOCHS = 10_000


class OptimConfig(Section):
    """Optimizer, learning-rate schedule, length of the training, and the epoch that is kept."""

    optimizer: Literal["sgd", "adam", "adamw", "muon"] = setting_field(
        "adamw",
        "Optimizer",
        "Rule that turns gradients into weight updates. AdamW needs the least tuning; SGD can "
        "reach a higher accuracy in long trainings, Muon in short ones.",
        choices={"sgd": "SGD", "adam": "Adam", "adamw": "AdamW", "muon": "Muon"},
    )
    lr: float = setting_field(
        1e-3,
        "Learning rate",
        "Size of a weight update. Lower it when the loss jumps, raise it when the loss hardly "
        "falls.",
        gt=0,
        le=10,
    )
    momentum: float = setting_field(
        0.9,
        "Momentum",
        "Fraction of the last update that SGD adds to the next one.",
        ge=0,
        lt=1,
    )
    weight_decay: float = setting_field(
        0.0,
        "Weight decay",
        "Strength of the pull of all weights towards zero. Raise it against overfitting.",
        ge=0,
        le=1,
    )
    schedule: Literal["constant", "cosine", "onecycle", "exponential", "step"] = setting_field(
        "constant",
        "Learning-rate schedule",
        "How the learning rate changes from the first step to the last. Schedules that end near "
        "zero usually reach a higher accuracy.",
        choices={
            "constant": "Constant",
            "cosine": "Cosine",
            "onecycle": "One cycle",
            "exponential": "Exponential",
            "step": "Step",
        },
    )
    decay: float = setting_field(
        0.95,
        "Decay per epoch",
        "Factor of the learning rate after each epoch of the exponential schedule.",
        gt=0,
        le=1,
    )
    step_epochs: int = setting_field(
        10,
        "Epochs per step",
        "Number of epochs after which the step schedule lowers the learning rate, again and again. "
        "A third of the training is usual.",
        ge=1,
        le=MOST_EPOCHS,
    )
    step_factor: float = setting_field(
        0.1,
        "Step factor",
        "Factor of the learning rate at each step of the step schedule.",
        step=0.05,
        gt=0,
        le=1,
    )
    warmup: float = setting_field(
        0.0,
        "Warm-up",
        "Epochs in which the learning rate rises linearly before the schedule begins; use it where "
        "the loss jumps in the first steps. One cycle has its own warm-up and ignores it.",
        unit="epochs",
        step=0.5,
        ge=0,
        le=MOST_EPOCHS,
    )
    epochs: int = setting_field(
        10,
        "Epochs",
        "How many times each training sample is used. Raise it while the validation loss is still "
        "falling at the end.",
        ge=1,
        le=MOST_EPOCHS,
    )
    batch_size: int = setting_field(
        32,
        "Batch size",
        "Number of samples in each training step. Larger batches are faster per sample and usually "
        "need a higher learning rate.",
        step=16,
        ge=1,
        le=65_536,
    )
    label_smoothing: float = setting_field(
        0.0,
        "Label smoothing",
        "Fraction of the target probability that is spread over all classes. Around 5 % makes the "
        "network less overconfident.",
        unit="fraction",
        step=0.05,
        ge=0,
        lt=1,
    )
    mixup: float = setting_field(
        0.0,
        "Mixup",
        "Blends each training image and its label with another one of the batch; larger values "
        "blend more, 0 turns it off. The training accuracy then counts the class of the image with "
        "the larger weight.",
        step=0.1,
        ge=0,
        le=10,
    )
    clip_norm: float = setting_field(
        0.0,
        "Gradient clipping",
        "Largest norm of the gradient of all weights; a longer gradient is scaled down, 0 turns it "
        "off. Use it where the loss jumps.",
        step=0.5,
        ge=0,
        le=10_000,
    )
    ema: float = setting_field(
        0.0,
        "Weight averaging",
        "Decay per step of the exponential moving average of the weights that is evaluated and "
        "saved. 0 turns it off; 0.99 to 0.999 suits most trainings.",
        ge=0,
        lt=1,
    )
    select: Select = setting_field(
        "val_loss",
        "Selected epoch",
        "Which epoch's weights are kept as the result. Use the last epoch where the learning rate "
        "ends near zero or where validation samples are few.",
        choices={
            "val_loss": "Lowest validation loss",
            "val_accuracy": "Highest validation accuracy",
            "last": "Last epoch",
        },
    )
    patience: int = setting_field(
        0,
        "Patience",
        "Ends the training early after this many epochs without an improvement; 0 turns it off. "
        "A schedule that falls to zero is then cut off.",
        unit="epochs",
        ge=0,
        le=MOST_EPOCHS,
    )
    min_change: float = setting_field(
        0.0,
        "Smallest change",
        "How much better than the best one an epoch must be to count as an improvement. The "
        "accuracy is a fraction: 0.01 is one percentage point.",
        ge=0,
        le=1,
    )
    stop_metric: StopMetric = setting_field(
        "val_loss",
        "Watched figure",
        "The figure whose improvement the patience waits for.",
        choices={"val_loss": "Validation loss", "val_accuracy": "Validation accuracy"},
    )
    on_divergence: Literal["stop", "roll_back"] = setting_field(
        "stop",
        "If the loss diverges",
        "What happens when the loss is no longer a finite number. “Roll back” returns to the end "
        "of an epoch, the only time at which it then saves, and halves the rate, at most 3 times.",
        choices={"stop": "Stop the training", "roll_back": "Roll back, halve the rate"},
    )
    start_from: str = setting_field(
        "",
        "Start from",
        "Run whose weights are trained further, by its id or folder, or `bundled`. It must have "
        "the same network and classes.",
        none_label="New weights",
        example="last",
    )

    @field_validator("start_from")
    @classmethod
    def _absolute(cls, start_from: str) -> str:
        is_path = start_from.startswith(("~", ".")) or "/" in start_from or os.sep in start_from
        return absolute(start_from) if is_path else start_from
