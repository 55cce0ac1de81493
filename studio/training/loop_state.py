"""What the training loop counts and averages, in values that a checkpoint can hold."""

import math
from dataclasses import dataclass
from typing import Any, Self

import torch
from pydantic import TypeAdapter
from torch import Tensor

from studio.training.events import EpochEnd


@dataclass
class LoopPosition:
    """How far a training is.

    `epoch`, `batch`, `step` and `images` count what is done; `batch` counts within the epoch.
    `seconds` is the time spent in steps, without validation and pauses. `stop_score` is the best
    score of early stopping and `epochs_waited` counts the epochs since; `time_fraction` is the part
    of the time budget that is used up, as all processes know it.
    """

    epoch: int = 0
    batch: int = 0
    step: int = 0
    images: int = 0
    seconds: float = 0.0
    best: EpochEnd | None = None
    last: EpochEnd | None = None
    rate_images: int = 0
    rate_seconds: float = 0.0
    # Missing in states of earlier versions.
    validation_seconds: float = 0.0
    stop_score: float | None = None
    epochs_waited: int = 0
    time_fraction: float = 0.0

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Build from `dataclasses.asdict`. Raises ValueError for other values."""
        return TypeAdapter(cls).validate_python(values)

    def check(self, steps_per_epoch: int) -> None:
        """Raise ValueError for a position that no training of so many steps per epoch reaches."""
        counts = self.epoch, self.batch, self.step, self.images, self.rate_images
        times = self.seconds, self.validation_seconds, self.time_fraction
        is_valid = min(*counts, self.epochs_waited) >= 0 and all(map(math.isfinite, times))
        if not is_valid or self.batch > steps_per_epoch:
            raise ValueError("no position in this training")

    def rate_since_last_call(self) -> float:
        """Return the images per second since the last call."""
        images, seconds = self.images - self.rate_images, self.seconds - self.rate_seconds
        self.rate_images, self.rate_seconds = self.images, self.seconds
        return images / seconds if seconds > 0 else 0.0

    def mean_rate(self) -> float:
        """Return the images per second since the start."""
        return self.images / self.seconds if self.seconds > 0 else 0.0

    def end_epoch(self, event: EpochEnd) -> None:
        """Move to the next epoch."""
        self.epoch, self.batch, self.last = self.epoch + 1, 0, event
        self.best = event if event.best else self.best

    def summary(self) -> dict[str, Any]:
        """Return values for status.json and FitEnded; accuracies are those of the best epoch."""
        best = self.best
        return {
            "epochs_done": self.epoch,
            "best_epoch": best.epoch if best else None,
            "train_accuracy": best.train_accuracy if best else None,
            "val_accuracy": best.val_accuracy if best else None,
            "seconds": self.seconds,
        }


class RunningMetrics:
    """Sums of loss and correct predictions that stay on the device until they are read.

    Only reading waits for the device.
    """

    def __init__(self, device: str) -> None:
        dtype = torch.float64 if device != "mps" else torch.float32
        self._sums = torch.zeros(2, dtype=dtype, device=device)
        self._loss, self._correct = self._sums
        self._sums_at_last_read = self._sums.clone()
        self._images = 0
        self._images_at_last_read = 0

    def update(self, loss: Tensor, correct: Tensor, batch_size: int) -> None:
        """Add the mean loss and the number of correct predictions of a batch."""
        self._loss.add_(loss, alpha=batch_size)
        self._correct.add_(correct)
        self._images += batch_size

    def loss_since_last_call(self) -> float:
        """Return the mean loss since the last call; NaN without images."""
        loss = float(self._sums[0] - self._sums_at_last_read[0])
        images = self._images - self._images_at_last_read
        self._sums_at_last_read, self._images_at_last_read = self._sums.clone(), self._images
        return loss / images if images else float("nan")

    def loss_and_accuracy(self) -> tuple[float, float]:
        """Return the mean loss and the accuracy since the start."""
        loss, correct = self._sums.tolist()
        return loss / max(self._images, 1), correct / max(self._images, 1)

    def state(self) -> list[float]:
        """Return the sums for the training state."""
        sums = [*self._sums.tolist(), *self._sums_at_last_read.tolist()]
        return [*sums, self._images, self._images_at_last_read]

    def restore(self, state: list[float]) -> None:
        """Restore what `state` returned."""
        self._sums.copy_(torch.tensor(state[:2], dtype=torch.float64))
        self._sums_at_last_read.copy_(torch.tensor(state[2:4], dtype=torch.float64))
        self._images, self._images_at_last_read = int(state[4]), int(state[5])
