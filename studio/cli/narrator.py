"""A training told line by line to a person at a terminal."""

from collections.abc import Callable
from pathlib import Path

from studio.callbacks import ShouldStop
from studio.cli.output import err, percent, progress_bar
from studio.config import TrainConfig
from studio.runs import Run
from studio.training.distributed.process_group import ProcessGroup
from studio.training.events import (
    BatchSplit,
    EpochEnd,
    Event,
    FitEnded,
    FitStarted,
    StepEnd,
    describe_batch_split,
    describe_compute,
    step_time_ms,
)


def train_aloud(
    config: TrainConfig,
    run: Run,
    data_dir: Path,
    should_stop: ShouldStop,
    process_group: ProcessGroup | None = None,
) -> FitEnded:
    """Train a run with a bar and a line for each epoch on stderr. Raises StudioError."""
    err.print(f"Run {run.id}", markup=False)
    with progress_bar() as tell:
        from studio.training import Trainer  # torch: seconds, and only a training pays for it

        tell(0.0, "Loading")
        return Trainer(config, run, data_dir, process_group).fit(Narrator(tell), should_stop, tell)


class Narrator:
    """Tells a person at a terminal what the events mean."""

    def __init__(self, tell: Callable[[float, str], None]) -> None:
        self._tell = tell
        self._started: FitStarted | None = None
        self._step: StepEnd | None = None

    def __call__(self, event: Event) -> None:
        if isinstance(event, FitStarted):
            self._started = event
            err.print(_start_line(event), markup=False)
        elif isinstance(event, StepEnd) and self._started:
            self._on_step(event, self._started)
        elif isinstance(event, EpochEnd) and self._started:
            err.print(_epoch_line(event, self._started), markup=False)
        elif isinstance(event, BatchSplit):
            err.print(describe_batch_split(event), markup=False)

    def _on_step(self, event: StepEnd, started: FitStarted) -> None:
        if started.by_steps:
            err.print(_step_line(event, self._step, started), markup=False)
        self._step = event
        share = event.step / started.total_steps
        self._tell(share, f"epoch {event.epoch}/{started.epochs}")


def _start_line(event: FitStarted) -> str:
    return (
        f"{event.device} ({event.device_reason}), {describe_compute(event)}, "
        f"{event.parameters:,} parameters, {event.train_images:,} pictures"
        + (f", {event.streamed}" if event.streamed else "")
    )


def _step_line(event: StepEnd, before: StepEnd | None, started: FitStarted) -> str:
    width = len(str(started.total_steps))
    return (
        f"iteration {event.step:{width}}/{started.total_steps}  loss {event.loss:.4f}  "
        f"{step_time_ms(event, before):.1f} ms/iteration"
    )


def _epoch_line(event: EpochEnd, started: FitStarted) -> str:
    mark = "  best so far" if event.best and event.select != "last" else ""
    return (
        f"epoch {event.epoch:3}/{started.epochs}  "
        f"loss {event.train_loss:.4f}  validation loss {event.val_loss:.4f}  "
        f"accuracy {percent(event.val_accuracy)}  "
        f"{event.images_per_second:,.0f} images/s{mark}"
    )
