"""What a trainer says while it works, each already in the run folder when it leaves."""

import dataclasses
from dataclasses import dataclass
from typing import Any, get_args

from studio.config import Select
from studio.training.epoch_selection import EARLIER


@dataclass(frozen=True)
class FitStarted:
    """Everything is loaded; the first step follows. `epoch` and `step` are not 0 on resuming.

    `by_steps` tells a training that was given its steps from one that was given its epochs.
    `streamed` says why the training pictures do not live on the device, and is empty where they do.
    `engine_reason` says why this precision, memory format and count of threads, as `Engine` does.
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


@dataclass(frozen=True)
class StepEnd:
    """Every `log_every` steps: mean loss since the last one; `seconds` of training so far."""

    step: int
    epoch: int
    loss: float
    lr: float
    images_per_second: float
    seconds: float


@dataclass(frozen=True)
class EpochEnd:
    """Means over an epoch's training batches as they were seen, and over the validation split.

    `val_loss` is that of the logits as they are; `temperature` calibrates them, see
    `studio.training.temperature`.
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
    temperature: float = 1.0  # runs of earlier versions have none
    select: Select = EARLIER  # the criterion by which `best` was decided


@dataclass(frozen=True)
class BatchSplit:
    """Memory ran out: from `step` on, each batch goes through the network in `parts`.

    `pictures` is the size of one. What is learned of a batch stays the mean over all of it.
    """

    step: int
    epoch: int
    parts: int
    pictures: int


@dataclass(frozen=True)
class CheckpointSaved:
    """The weights at `path` (inside the run folder) and the state beside them are on disk."""

    step: int
    epoch: int
    path: str
    best: bool


@dataclass(frozen=True)
class FitEnded:
    """The end of a training that did not fail; `status` is `finished` or `stopped`.

    `best_epoch` is the epoch whose weights are kept, by the criterion `select`. `test_accuracy` is
    that of these weights, computed once, and None when stopped.
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
    select: Select = EARLIER


Event = FitStarted | StepEnd | EpochEnd | BatchSplit | CheckpointSaved | FitEnded


_KINDS = {kind.__name__: kind for kind in get_args(Event)}


def from_dict(line: dict[str, Any]) -> Event | None:
    """The event of a line of metrics.jsonl; None for one that this program does not know."""
    kind = _KINDS.get(str(line.get("event")))
    try:
        return kind(**{k: v for k, v in line.items() if k != "event"}) if kind else None
    except TypeError:
        return None


def engine_words(event: FitStarted) -> str:
    """How it computes, such as “float32, contiguous, 2 threads (calibrated)”; the usual untold."""
    words = [event.precision, f"{event.threads} thread{'s' * (event.threads != 1)}"]
    if event.memory_format != FitStarted.memory_format:
        words.insert(1, event.memory_format)
    why = f" ({event.engine_reason})" if event.engine_reason != FitStarted.engine_reason else ""
    return ", ".join(words) + why


def split_words(event: BatchSplit) -> str:
    """What a person should know of it."""
    return (
        f"Memory ran out. Each batch now goes through the network in {event.parts} parts of "
        f"{event.pictures} pictures; a step still learns from the whole batch."
    )


def step_milliseconds(event: StepEnd, before: StepEnd | None) -> float:
    """Mean time of a step since the event `before`, or since the beginning of the training."""
    step, seconds = (before.step, before.seconds) if before else (0, 0.0)
    return 1000 * (event.seconds - seconds) / max(event.step - step, 1)


def seconds_left(step: float, total_steps: float, seconds: float) -> float:
    """Time to the end at the pace so far; nan before the first step and for an unknown one."""
    return (total_steps - step) * seconds / step if step > 0 else float("nan")


def to_dict(event: Event) -> dict[str, Any]:
    """The event as a line of metrics.jsonl holds it."""
    return {"event": type(event).__name__} | dataclasses.asdict(event)
