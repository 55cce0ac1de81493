"""Trainings of the parts, by the program's own trainer, and how long they take."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from studio.bench.gpu.context import Task
from studio.bench.gpu.data import Experiment
from studio.callbacks import ShouldStop
from studio.config import TrainConfig
from studio.runs import Run, RunStore
from studio.training import Trainer
from studio.training.events import EpochEnd, Event, FitEnded, FitStarted, StepEnd


@dataclass
class Training:
    """One call of the trainer: its run, its last event, and when each event came."""

    run: Run
    ended: FitEnded
    events: list[Event]
    times: list[float]
    called: float

    @property
    def losses(self) -> list[float]:
        """The mean training loss at each log."""
        return [event.loss for event in self.events if isinstance(event, StepEnd)]

    @property
    def epochs(self) -> list[EpochEnd]:
        """What each epoch ended with."""
        return [event for event in self.events if isinstance(event, EpochEnd)]

    @property
    def started(self) -> FitStarted:
        """The first event."""
        return next(event for event in self.events if isinstance(event, FitStarted))

    @property
    def prepare_s(self) -> float:
        """Seconds from the call to the first step: data, network, device."""
        return self.times[self.events.index(self.started)] - self.called

    @property
    def seconds(self) -> float:
        """Seconds from the first step to the last figure, validation and checkpoints included."""
        return self.times[-1] - self.times[self.events.index(self.started)]

    def rate(self, skip: int = 0) -> float:
        """Images a second between the logs after the first `skip` ones: the middle one of them."""
        rates = [event.images_per_second for event in self.events if isinstance(event, StepEnd)]
        chosen = sorted(rates[skip:] or rates)
        return chosen[len(chosen) // 2] if chosen else 0.0


def train(
    experiment: Experiment,
    task: Task,
    config: TrainConfig | None = None,
    run: Run | None = None,
    on_event: Callable[[Event], None] = lambda event: None,
    should_stop: ShouldStop | None = None,
) -> Training:
    """Train an experiment, or go on with a `run`, until its end or that of the task's time."""
    config = config or experiment.config
    run = run or RunStore(task.runs_dir).create(config)
    events: list[Event] = []
    times: list[float] = []

    def note(event: Event) -> None:
        events.append(event)
        times.append(time.perf_counter())
        on_event(event)

    called = time.perf_counter()
    trainer = Trainer(config, run, experiment.data_dir)
    ended = trainer.fit(note, should_stop or task.should_stop)
    return Training(run, ended, events, times, called)
