"""The log of a training on stderr: a progress bar, and a line for each epoch."""

from collections.abc import Callable
from pathlib import Path

from studio.callbacks import OnProgress, ShouldStop
from studio.cli.output import err, progress_bar
from studio.config import TrainConfig
from studio.formatting import count, percent, rate
from studio.runs import Run
from studio.training.distributed.process_group import ProcessGroup
from studio.training.events import (
    BatchSplit,
    EpochEnd,
    Event,
    FitEnded,
    FitStarted,
    RolledBack,
    SettingsChanged,
    StepEnd,
    TrainingContinued,
    TrainingPaused,
    describe_compute,
    describe_incident,
    describe_pause,
    describe_resume,
    epoch_text,
    fraction_done,
    step_time_ms,
)
from studio.training.live_settings import SettingsMailbox


def train_with_log(
    config: TrainConfig,
    run: Run,
    data_dir: Path,
    should_stop: ShouldStop,
    process_group: ProcessGroup | None = None,
    settings: SettingsMailbox | None = None,
    on_prepared: Callable[[], None] = lambda: None,
) -> FitEnded:
    """Train a run and print its log; `settings` change while it runs.

    `on_prepared` is called when the data is loaded, before the first step. Raises StudioError.
    """
    err.print(f"Run {run.id}", markup=False)
    with progress_bar() as on_progress:
        from studio.training import Trainer  # imports torch, which takes seconds

        on_progress(0.0, "Loading")
        trainer = Trainer(config, run, data_dir, process_group, settings=settings)
        return trainer.fit(TrainingLog(on_progress, on_prepared), should_stop, on_progress)


class TrainingLog:
    """Prints the events of a training and moves its progress bar."""

    def __init__(
        self, on_progress: OnProgress, on_prepared: Callable[[], None] = lambda: None
    ) -> None:
        self._on_progress, self._on_prepared = on_progress, on_prepared
        self._started: FitStarted | None = None
        self._last_step: StepEnd | None = None
        self._is_paused = False

    def __call__(self, event: Event) -> None:
        """Print an event, if it has a line in the log."""
        if isinstance(event, FitStarted):
            self._on_prepared()
            self._started = event
            err.print(_start_line(event))
            if note := describe_resume(event):
                err.print(note)
        elif isinstance(event, StepEnd) and self._started:
            self._on_step(event, self._started)
        elif isinstance(event, EpochEnd) and self._started:
            err.print(_epoch_line(event, self._started), markup=False)
        elif isinstance(event, TrainingPaused):
            self._on_pause(event)
        elif isinstance(event, BatchSplit | SettingsChanged | RolledBack | TrainingContinued):
            self._is_paused = False
            err.print(describe_incident(event), markup=False)

    def _on_pause(self, event: TrainingPaused) -> None:
        if not self._is_paused:  # later ones only have new numbers
            err.print(describe_pause(event), markup=False)
        self._is_paused = True

    def _on_step(self, event: StepEnd, started: FitStarted) -> None:
        if started.by_steps:
            err.print(_step_line(event, self._last_step, started), markup=False)
        self._last_step = event
        fraction = fraction_done(started, event.step, event.seconds)
        self._on_progress(fraction, f"epoch {epoch_text(event.epoch, started)}")


def _start_line(event: FitStarted) -> str:
    line = (
        f"{event.device} ({event.device_reason}), {describe_compute(event)}, "
        f"{count(event.parameters, 'parameter')}, {count(event.train_images, 'training sample')}"
    )
    return f"{line}, {event.streamed}" if event.streamed else line


def _step_line(event: StepEnd, before: StepEnd | None, started: FitStarted) -> str:
    width = len(str(started.total_steps))
    return (
        f"iteration {event.step:{width}}/{started.total_steps}  loss {event.loss:.4f}  "
        f"{step_time_ms(event, before):.1f} ms/iteration"
    )


def _epoch_line(event: EpochEnd, started: FitStarted) -> str:
    mark = "  best so far" if event.best and event.select != "last" else ""
    return (
        f"epoch {epoch_text(event.epoch, started):>6}  "
        f"loss {event.train_loss:.4f}  validation loss {event.val_loss:.4f}  "
        f"accuracy {percent(event.val_accuracy, 2)}  "
        f"{rate(event.images_per_second)}{mark}"
    )
