"""What the rules of the coach look at: the configuration, and the events of a training so far."""

import math
from dataclasses import dataclass, field

from studio.config import TrainConfig
from studio.training.events import (
    EpochEnd,
    Event,
    FitStarted,
    ModelChecked,
    RolledBack,
    SettingsChanged,
    StepEnd,
)
from studio.training.live_values import STRENGTH

_MOST_STEPS = 2000


@dataclass
class TrainingRecord:
    """The events of one training, in order. Of a long one, older steps are thinned out.

    A change of settings begins a new record: what came before says nothing about the new ones.
    """

    config: TrainConfig
    started: FitStarted | None = None
    steps: list[StepEnd] = field(default_factory=list)
    epochs: list[EpochEnd] = field(default_factory=list)
    checks: list[ModelChecked] = field(default_factory=list)

    def add(self, event: Event) -> None:
        """Add an event; kinds that no rule uses are ignored.

        A resumed training repeats what came after its checkpoint: the repetition replaces it.
        """
        match event:
            case FitStarted():
                self._forget_after(event.step)
                self.started = event
            case StepEnd():
                self.steps.append(event)
                if len(self.steps) > _MOST_STEPS:
                    del self.steps[1 : -_MOST_STEPS // 2 : 2]
            case EpochEnd():
                self.epochs.append(event)
            case ModelChecked():
                self.checks.append(event)
            case SettingsChanged():
                self._forget_after(-1)
                known = {name: value for name, value in event.changes.items() if name != STRENGTH}
                self.config = self.config.with_values(known)
            case RolledBack():
                self._forget_after(-1)

    def _forget_after(self, step: int) -> None:
        for events in (self.steps, self.epochs, self.checks):
            while events and events[-1].step > step:
                events.pop()

    @property
    def classes(self) -> tuple[str, ...]:
        """The class names of the dataset; empty before the training starts."""
        return tuple(self.started.class_names) if self.started else ()

    @property
    def chance_loss(self) -> float:
        """The cross-entropy of guessing among the classes, ln K."""
        return math.log(max(len(self.classes), 2))

    @property
    def lr(self) -> float:
        """The learning rate of the last logged step, at first that of the settings."""
        return self.steps[-1].lr if self.steps else self.config.optim.lr

    @property
    def progress(self) -> float:
        """The fraction of the planned steps that is done, 0..1."""
        if self.started is None or not self.steps:
            return 0.0
        return self.steps[-1].step / max(self.started.total_steps, 1)

    @property
    def recent_loss(self) -> float:
        """The median of the newest tenth of the logged training losses, at least five; or NaN."""
        window = max(5, len(self.steps) // 10)
        return median([step.loss for step in self.steps[-window:]])


def median(values: list[float]) -> float:
    """Return the median; NaN without values."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    if not ordered:
        return math.nan
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2
