"""How far a training is, in plain values that go into its state."""

from dataclasses import dataclass
from typing import Any, Self

from studio.training.events import EpochEnd


@dataclass
class Position:
    """`epoch` and `batch` count what is done; `seconds` are those spent in steps, not in pauses."""

    epoch: int = 0
    batch: int = 0
    step: int = 0
    images: int = 0
    seconds: float = 0.0
    best: EpochEnd | None = None
    last: EpochEnd | None = None
    rate_images: int = 0
    rate_seconds: float = 0.0

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """From `dataclasses.asdict`. Raises TypeError when a field is missing or unknown."""
        epochs = {k: EpochEnd(**values[k]) if values[k] else None for k in ("best", "last")}
        return cls(**(values | epochs))

    def take_rate(self) -> float:
        """Images a second since the last call."""
        images, seconds = self.images - self.rate_images, self.seconds - self.rate_seconds
        self.rate_images, self.rate_seconds = self.images, self.seconds
        return images / seconds if seconds > 0 else 0.0

    def mean_rate(self) -> float:
        """Images a second since the beginning."""
        return self.images / self.seconds if self.seconds > 0 else 0.0

    def end_epoch(self, event: EpochEnd) -> None:
        """Move to the next epoch."""
        self.epoch, self.batch, self.last = self.epoch + 1, 0, event
        self.best = event if event.best else self.best

    def figures(self) -> dict[str, Any]:
        """For status.json and the last event; accuracies are those of the epoch that is kept."""
        best = self.best
        return {
            "epochs_done": self.epoch,
            "best_epoch": best.epoch if best else None,
            "train_accuracy": best.train_accuracy if best else None,
            "val_accuracy": best.val_accuracy if best else None,
            "seconds": self.seconds,
        }
