"""The events of a training. The trainer writes each to the run folder before it delivers it."""

import dataclasses
from dataclasses import dataclass
from typing import Any, get_args

from studio.config import Select
from studio.disk_full import describe_room
from studio.formatting import count, duration
from studio.training.live_values import describe_changes

# The criterion of runs of earlier versions, whose files do not contain one.
LEGACY_SELECT: Select = "val_accuracy"


@dataclass(frozen=True)
class FitStarted:
    """The training is prepared; the first step follows. A resumed one has `epoch` and `step` > 0.

    `by_steps` says whether `engine.max_steps` limits the training, not the epochs. `streamed` says
    why the training images are not on the device, and is empty if they are. `engine_reason` is the
    reason of the precision, memory format and threads, as in `ComputeSettings`. `other_origin` says
    how device, machine or version of torch differ from those with which a resumed run began.
    `max_minutes` is the time budget, None without one; `epochs` is 0 where it is the only limit.
    """

    run: str
    recipe: str
    epochs: int
    steps_per_epoch: int
    total_steps: int
    parameters: int
    device: str
    device_reason: str
    precision: str
    threads: int
    train_images: int
    val_images: int
    test_images: int
    epoch: int = 0
    step: int = 0
    by_steps: bool = False
    streamed: str = ""
    memory_format: str = "channels_last"
    engine_reason: str = "default"
    other_origin: str = ""
    class_names: tuple[str, ...] = ()  # missing in runs of earlier versions
    max_minutes: float | None = None


@dataclass(frozen=True)
class StepEnd:
    """Emitted every `log_every` steps, with the mean loss and the rate since the last event.

    `seconds` is the time spent in steps since the start of the run.
    """

    step: int
    epoch: int
    loss: float
    lr: float
    images_per_second: float
    seconds: float


@dataclass(frozen=True)
class EpochEnd:
    """Loss and accuracy of an epoch.

    The training metrics are means over the batches during the epoch, with augmentation. With mixup
    the loss is that of the mixed labels, and a prediction is correct if it is the class of the
    image with the larger weight. `val_loss`
    is that of uncalibrated logits; `temperature` calibrates them, see
    `studio.training.temperature`. `best` says whether `select` keeps this epoch so far.
    """

    epoch: int
    step: int
    train_loss: float
    train_accuracy: float
    val_loss: float
    val_accuracy: float
    lr: float
    images_per_second: float
    seconds: float
    best: bool
    temperature: float = 1.0  # missing in runs of earlier versions
    select: Select = LEGACY_SELECT


@dataclass(frozen=True)
class ModelChecked:
    """What the validation of an epoch shows about the model; it precedes `EpochEnd`.

    `predicted_class` is predicted most often, for `predicted_fraction` of the validation samples,
    of which `true_fraction` have its label. `silent_fraction` of the units of `silent_layer` are
    never above 0, more than in any other layer with ReLU; see `studio.training.model_check`.
    """

    epoch: int
    step: int
    predicted_class: str
    predicted_fraction: float
    true_fraction: float
    silent_fraction: float
    silent_layer: str


@dataclass(frozen=True)
class BatchSplit:
    """Memory ran out: from `step` on, each batch is split into micro-batches.

    A step still uses the mean gradient of the whole batch.
    """

    step: int
    epoch: int
    micro_batches: int
    micro_batch_size: int


@dataclass(frozen=True)
class SettingsChanged:
    """Settings were changed by hand after `step` steps, and are in force from the next one on.

    `changes` are the new values by the names of the settings: `optim.lr` is the rate of the next
    step, from which on the schedule is multiplied by a factor; `augment.strength` is a fraction of
    the configured augmentation.
    """

    step: int
    epoch: int
    changes: dict[str, float]


@dataclass(frozen=True)
class RolledBack:
    """The training diverged, noticed at `step`, and went back to the checkpoint of `to_step`.

    It goes on with the learning rate `lr`, half of what it was there. The events between the two
    steps are no longer in the run folder.
    """

    step: int
    epoch: int
    to_step: int
    lr: float
    reason: str


@dataclass(frozen=True)
class TrainingPaused:
    """The disk of `folder` is full: the training waits for room, and goes on by itself.

    It is delivered at once, and again when the numbers change; the run folder has the last one, as
    soon as there is room for it.
    """

    folder: str
    needed_bytes: int
    free_bytes: int


@dataclass(frozen=True)
class TrainingContinued:
    """There is room again: the training goes on, after it waited for `seconds`."""

    seconds: float


@dataclass(frozen=True)
class CheckpointSaved:
    """The weights at `path` in the run folder, and the training state, are on disk."""

    step: int
    epoch: int
    path: str
    best: bool


@dataclass(frozen=True)
class FitEnded:
    """The training ended without an error; `status` is `finished` or `stopped`.

    `best_epoch` is the epoch whose weights are kept by the criterion `select`, and `test_accuracy`
    the accuracy of these weights; it is None when stopped, and without `engine.test_at_end`.
    `unsaved` says what could not be saved on a full disk, and is empty if everything is saved.
    `ended_by` is what ended a finished training before its last step, `early stopping` or `time
    budget`, and is empty otherwise.
    """

    status: str
    run: str
    epochs: int
    best_epoch: int | None
    train_accuracy: float | None
    val_accuracy: float | None
    test_accuracy: float | None
    images_per_second: float
    seconds: float
    parameters: int
    device: str
    precision: str
    select: Select = LEGACY_SELECT
    unsaved: str = ""
    ended_by: str = ""


Event = (
    FitStarted
    | StepEnd
    | EpochEnd
    | ModelChecked
    | BatchSplit
    | SettingsChanged
    | RolledBack
    | TrainingPaused
    | TrainingContinued
    | CheckpointSaved
    | FitEnded
)


# Fields that have another name in metrics.jsonl.
_FILE_NAMES = {"micro_batches": "parts", "micro_batch_size": "pictures"}
_FIELD_NAMES = {name: field for field, name in _FILE_NAMES.items()}
_EVENT_TYPES = {event_type.__name__: event_type for event_type in get_args(Event)}


def from_dict(line: dict[str, Any]) -> Event | None:
    """Return the event of a line of metrics.jsonl; None for an unknown event or field."""
    event_type = _EVENT_TYPES.get(str(line.get("event")))
    try:
        values = {
            _FIELD_NAMES.get(k, k): tuple(v) if isinstance(v, list) else v
            for k, v in line.items()
            if k != "event"
        }
        return event_type(**values) if event_type else None
    except TypeError:
        return None


def to_dict(event: Event) -> dict[str, Any]:
    """Return the event as a line of metrics.jsonl."""
    values = {
        _FILE_NAMES.get(k, k): list(v) if isinstance(v, tuple) else v
        for k, v in dataclasses.asdict(event).items()
    }
    return {"event": type(event).__name__} | values


def describe_compute(event: FitStarted) -> str:
    """Return the compute settings, such as “float32, contiguous, 2 threads (calibrated)”.

    The default memory format and the reason “default” are omitted.
    """
    settings = [event.precision, count(event.threads, "thread")]
    if event.memory_format != FitStarted.memory_format:
        settings.insert(1, event.memory_format)
    is_default = event.engine_reason == FitStarted.engine_reason
    return ", ".join(settings) + ("" if is_default else f" ({event.engine_reason})")


def describe_resume(event: FitStarted) -> str:
    """Return a message for the user when a run is resumed elsewhere than it began, else nothing."""
    if not event.other_origin:
        return ""
    return (
        f"{event.other_origin} The result will not be bit for bit that of a training without "
        "interruption."
    )


def describe_batch_split(event: BatchSplit) -> str:
    """Return a message for the user."""
    return (
        f"Memory ran out. Each batch is now split into {event.micro_batches} micro-batches of "
        f"{event.micro_batch_size} images; a step still uses the whole batch."
    )


def describe_rollback(event: RolledBack) -> str:
    """Return a message for the user."""
    return (
        f"{event.reason} at step {event.step:,}. The training went back to the checkpoint of step "
        f"{event.to_step:,} and goes on with half the learning rate, {event.lr:.3g}."
    )


def describe_pause(event: TrainingPaused) -> str:
    """Return a message for the user."""
    room = describe_room(event.needed_bytes, event.free_bytes)
    return (
        f"The disk of “{event.folder}” is full: {room}. The training waits, and goes on by itself "
        "when there is room."
    )


def describe_continuation(event: TrainingContinued) -> str:
    """Return a message for the user."""
    return f"There is room on the disk again. The training goes on after {duration(event.seconds)}."


def describe_change(event: SettingsChanged) -> str:
    """Return a message for the user: “From step 120 on: learning rate 0.0005”."""
    return f"From step {event.step + 1:,} on: {describe_changes(event.changes)}"


Incident = BatchSplit | SettingsChanged | RolledBack | TrainingPaused | TrainingContinued


def describe_incident(event: Incident) -> str:
    """Return a message for the user about what happened to a training while it runs."""
    match event:
        case SettingsChanged():
            return describe_change(event)
        case RolledBack():
            return describe_rollback(event)
        case BatchSplit():
            return describe_batch_split(event)
        case TrainingPaused():
            return describe_pause(event)
        case TrainingContinued():
            return describe_continuation(event)


def step_time_ms(event: StepEnd, before: StepEnd | None) -> float:
    """Return the mean time of a step since the event `before`, or since the start."""
    step, seconds = (before.step, before.seconds) if before else (0, 0.0)
    return 1000 * (event.seconds - seconds) / max(event.step - step, 1)


def remaining_seconds(
    step: float, total_steps: float, seconds: float, max_minutes: float | None = None
) -> float:
    """Return the time to the end at the mean speed so far; NaN before the first step."""
    remaining = (total_steps - step) * seconds / step if step > 0 else float("nan")
    return min(remaining, max(60 * max_minutes - seconds, 0)) if max_minutes else remaining


def fraction_done(started: FitStarted, step: int, seconds: float) -> float:
    """Return the steps done as a fraction of all, or the time used up where that is more."""
    steps = step / started.total_steps if started.total_steps else 0.0
    used = seconds / (60 * started.max_minutes) if started.max_minutes else 0.0
    return min(max(steps, used), 1.0)


def epoch_text(epoch: int, started: FitStarted) -> str:
    """Return an epoch with the planned number of them, if that is known: "3/40"."""
    return f"{epoch}/{started.epochs}" if started.epochs else str(epoch)


def describe_end(ended_by: str) -> str:
    """Return why a training ended before its last step as a sentence, or nothing."""
    texts = {
        "early stopping": "Ended early: no improvement within the patience.",
        "time budget": "Ended by its time budget.",
    }
    return texts.get(ended_by, "")
