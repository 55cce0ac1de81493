"""The progress of a training, collected from its events. No Qt here."""

from studio.config import TrainConfig
from studio.formatting import UNKNOWN, duration, listed, percent
from studio.insight.coach import find_training_only
from studio.runs.chance_level import explain_chance
from studio.training.epoch_selection import SELECT_TEXT, epoch_label
from studio.training.events import (
    CheckpointSaved,
    EpochEnd,
    Event,
    FitEnded,
    FitStarted,
    ModelChecked,
    RolledBack,
    SettingsChanged,
    StepEnd,
    describe_compute,
    describe_end,
    describe_incident,
    describe_resume,
    fraction_done,
    remaining_seconds,
    step_time_ms,
)
from studio.training.live_settings import values_in_force
from studio.training.live_values import LR
from studio.training.schedules import learning_rate

Figure = tuple[str, str]  # value and caption


class TrainingProgress:
    """Collects events; returns them as figures, a fraction done, and lines of the log."""

    def __init__(self, config: TrainConfig | None = None) -> None:
        self.config = config
        self.started: FitStarted | None = None
        self.step: StepEnd | None = None
        self.ended: FitEnded | None = None
        self.epochs: list[EpochEnd] = []
        self.best: EpochEnd | None = None
        self.changes: dict[str, float] = {}  # settings changed by hand since the start

    def add(self, event: Event) -> str:
        """Record an event and return its line of the log, often empty."""
        match event:
            case FitStarted():
                self.started = event
            case StepEnd():
                before, self.step = self.step, event
                return self._step_line(event, before)
            case EpochEnd():
                self.epochs.append(event)
                self.best = event if event.best else self.best
            case SettingsChanged():
                self.changes |= event.changes
            case RolledBack():
                self._go_back(event)
            case FitEnded():
                self.ended = event
        return log_line(event)

    def _go_back(self, event: RolledBack) -> None:
        self.epochs = [epoch for epoch in self.epochs if epoch.step <= event.to_step]
        self.best = next((epoch for epoch in reversed(self.epochs) if epoch.best), None)
        self.changes[LR] = event.lr
        self.step = None

    def live_values(self) -> dict[str, float]:
        """Return the values in force of the settings that can change while it trains."""
        if self.config is None:
            return {}
        lr = self.step.lr if self.step else self.changes.get(LR, self._scheduled_lr())
        return {LR: lr} | values_in_force(self.config, self.changes)

    def planned_values(self) -> dict[str, float]:
        """Return what those settings would be now if they had not been changed."""
        if self.config is None:
            return {}
        return {LR: self._scheduled_lr()} | values_in_force(self.config, {})

    def _scheduled_lr(self) -> float:
        config, started = self.config, self.started
        if config is None or started is None:
            return config.optim.lr if config else 0.0
        step = max((self.step.step if self.step else started.step) - 1, 0)
        return learning_rate(config.optim, step, started.steps_per_epoch, started.total_steps)

    @property
    def fraction_done(self) -> float:
        """Steps done as a fraction of all steps, or the part of the time budget."""
        if self.ended is not None and self.ended.ended_by:
            return 1.0
        if self.started is None:
            return 0.0
        last_epoch = self.epochs[-1].step if self.epochs else 0
        steps = max(self.step.step if self.step else 0, last_epoch)
        return fraction_done(self.started, steps, self.step.seconds if self.step else 0.0)

    @property
    def chance_level(self) -> str:
        """Why the finished run is no better than guessing; empty if it is, or has not finished."""
        ended, started, config = self.ended, self.started, self.config
        if ended is None or started is None or config is None or ended.status != "finished":
            return ""
        return explain_chance(
            config,
            test_accuracy=ended.test_accuracy,
            val_accuracy=ended.val_accuracy,
            train_accuracy=ended.train_accuracy,
            test_images=started.test_images,
            val_images=started.val_images,
        )

    def epoch_at(self, step: int) -> float:
        """Return a step as a position on the axis of epochs."""
        return step / self.started.steps_per_epoch if self.started else 0.0

    def main_figure(self) -> Figure:
        """Return the test accuracy of a finished training, else the validation accuracy.

        That is the accuracy of the kept epoch at the end, and of the last one before.
        """
        if self.ended is not None and self.ended.test_accuracy is not None:
            samples = self.started.test_images if self.started else 0
            return percent(self.ended.test_accuracy), f"test accuracy on {samples:,} samples"
        if self.ended is not None and self.ended.status == "finished":
            return percent(self.ended.val_accuracy), "validation accuracy"
        last = self.epochs[-1] if self.epochs else None
        return percent(last.val_accuracy if last else None), "validation accuracy"

    def figures(self) -> list[Figure]:
        """Return epoch, throughput, time and best epoch."""
        if self.started is None:
            return []
        rate = f"{self.step.images_per_second:,.0f}" if self.step else UNKNOWN
        return [
            (self._epoch(), "epoch"),
            (rate, "images/s"),
            self._time(),
            self._best(),
        ]

    def _epoch(self) -> str:
        planned = self.started.epochs if self.started else 0
        return f"{self._current_epoch()} / {planned}" if planned else str(self._current_epoch())

    def _best(self) -> Figure:
        if self.best is None:
            return UNKNOWN, "best epoch"
        return str(self.best.epoch), f"{epoch_label(self.best.select)} epoch"

    def _step_line(self, event: StepEnd, before: StepEnd | None) -> str:
        """Return a line only for a training in steps; one in epochs would have too many."""
        if self.started is None or not self.started.by_steps:
            return ""
        return (
            f"Step {event.step:,} of {self.started.total_steps:,}: loss {event.loss:.4f}, "
            f"{step_time_ms(event, before):.1f} ms/step"
        )

    def _time(self) -> Figure:
        if self.ended is not None:
            return duration(self.ended.seconds), "training time"
        if self.step is None or self.started is None:
            return UNKNOWN, "left"
        step, started = self.step, self.started
        remaining = remaining_seconds(
            step.step, started.total_steps, step.seconds, started.max_minutes
        )
        return duration(remaining), "left"

    def _current_epoch(self) -> int:
        finished = self.epochs[-1].epoch if self.epochs else 0
        return max(finished, self.step.epoch if self.step else 1)


def better_validation(config: TrainConfig | None, epoch: EpochEnd | None) -> str:
    """Return why validation did better than training in an epoch, if it did."""
    if config is None or epoch is None:
        return ""
    if epoch.val_accuracy < epoch.train_accuracy + 0.01 and epoch.val_loss > 0.8 * epoch.train_loss:
        return ""
    causes = find_training_only(config)
    if not causes:
        return (
            "Validation is better than training because training is averaged over the epoch, "
            "while the model still improves."
        )
    apply = "apply" if len(causes) > 1 else "applies"
    return f"Validation is better than training because {listed(causes)} {apply} only to training."


def log_line(event: Event) -> str:
    """Return an event as a line of the log; that of a step needs the step before it."""
    match event:
        case FitStarted():
            return (
                f"Run {event.run}: {event.parameters:,} parameters, {event.train_images:,} "
                f"training samples, {event.device} ({event.device_reason}), "
                f"{describe_compute(event)}"
                f"{f', {event.streamed}' if event.streamed else ''}. {describe_resume(event)}"
            ).rstrip(". ")
        case EpochEnd():
            mark = ", the best so far" if event.best and event.select != "last" else ""
            return (
                f"Epoch {event.epoch}: loss {event.train_loss:.4f}, validation loss "
                f"{event.val_loss:.4f}, validation accuracy {percent(event.val_accuracy, 2)}{mark}"
            )
        case CheckpointSaved():
            return f"Saved {event.path}"
        case FitEnded():
            ended = f"{event.status.capitalize()} after {duration(event.seconds)}"
            return f"{ended}. {describe_end(event.ended_by)}".rstrip(". ")
        case StepEnd() | ModelChecked():
            return ""
        case _:
            return describe_incident(event)


def result_text(ended: FitEnded, at_chance: bool = False) -> str:
    """Return how a run ended and which weights it kept, in one or two sentences."""
    if ended.unsaved:
        return f"Stopped. {ended.unsaved}"
    if ended.status == "stopped":
        if not ended.parameters:  # no model was built
            return "Stopped before the training began."
        if ended.best_epoch is None:
            return "Stopped before the end of the first epoch. The last weights are kept."
        return (
            f"Stopped. Kept: the weights of epoch {ended.best_epoch} ({SELECT_TEXT[ended.select]}, "
            f"validation accuracy {percent(ended.val_accuracy)}) and of the last step."
        )
    level = " at chance level" if at_chance else ""
    reason = f" {describe_end(ended.ended_by)}" if ended.ended_by else ""
    return (
        f"Finished in {duration(ended.seconds)}{level}.{reason} Kept: epoch {ended.best_epoch} "
        f"({SELECT_TEXT[ended.select]}, validation accuracy {percent(ended.val_accuracy)})."
    )
