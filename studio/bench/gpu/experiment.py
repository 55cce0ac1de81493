"""Training runs of the GPU benchmarks: a recipe with its data, trained by the program's trainer."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median_high
from typing import Any

from studio.bench.gpu.context import RunContext, SkippedError
from studio.bench.synthetic_data import find_or_create_dataset
from studio.bench.workload import Workload
from studio.callbacks import ShouldStop
from studio.config import TrainConfig
from studio.data.datasets import FOLDER, is_available
from studio.recipes import load_recipe
from studio.runs import Run, RunStore
from studio.training import Trainer
from studio.training.events import EpochEnd, Event, FitEnded, FitStarted, StepEnd

# CIFAR-10 as image files: train/CLASS/NNNN.jpg and test/CLASS/NNNN.jpg.
ARCHIVE = "cifar10_images.tar.gz"
_CIFAR, _CIFAR_SIZE_PX = "cifar10", 32

_REHEARSAL_SETTINGS = {"data.subset": 120, "data.test_subset": 60, "engine.threads": 1}


@dataclass(frozen=True)
class Experiment:
    """A recipe with its data; `images` describes these."""

    workload: Workload
    images: str

    @property
    def config(self) -> TrainConfig:
        """The configuration."""
        return self.workload.config


def find_experiment(
    recipe: str, context: RunContext, settings: Mapping[str, Any] | None = None
) -> Experiment:
    """Return a recipe with changed settings on the device. Raises SkippedError without data."""
    source = load_recipe(recipe).config.data.source
    changes, data_dir, images = _find_data(source, context)
    changes = {
        **changes,
        "engine.device": context.device,
        **(_REHEARSAL_SETTINGS if context.rehearsal else {}),
        **(settings or {}),
    }
    return Experiment(
        Workload(recipe, data_dir, context.scratch / "runs", settings=changes), images
    )


def _find_data(source: str, context: RunContext) -> tuple[dict[str, Any], Path, str]:
    """Return the settings that read the data, their folder and their description."""
    archive = context.data_dir / ARCHIVE
    if source == FOLDER:
        if not archive.is_file():
            raise SkippedError(f"no image folder: {ARCHIVE} is missing")
        return {"data.path": str(archive)}, context.data_dir, f"{ARCHIVE} as an image folder"
    if source == _CIFAR and not is_available(source, context.data_dir):
        if not archive.is_file():
            raise SkippedError(f"CIFAR-10 is missing, both as batches and as {ARCHIVE}")
        changes: dict[str, Any] = {"data.source": FOLDER, "data.path": str(archive)}
        changes["data.image_size"] = _CIFAR_SIZE_PX
        return changes, context.data_dir, f"CIFAR-10 as JPEG files of {ARCHIVE}"
    return {}, *find_or_create_dataset(source, context.data_dir, context.scratch / "data")


@dataclass
class TrainingRecord:
    """One call of the trainer: its run, its last event, and all events with their times.

    Times are in seconds of `time.perf_counter()`.
    """

    run: Run
    ended: FitEnded
    events: list[Event]
    times: list[float]
    called: float

    @property
    def losses(self) -> list[float]:
        """The mean training loss of each log."""
        return [event.loss for event in self.events if isinstance(event, StepEnd)]

    @property
    def epochs(self) -> list[EpochEnd]:
        """The metrics of each epoch."""
        return [event for event in self.events if isinstance(event, EpochEnd)]

    @property
    def started(self) -> FitStarted:
        """The first event."""
        return next(event for event in self.events if isinstance(event, FitStarted))

    @property
    def prepare_s(self) -> float:
        """Seconds from the call to the first step: data, model, device."""
        return self.times[self.events.index(self.started)] - self.called

    @property
    def seconds(self) -> float:
        """Seconds from the first step to the final metrics, with validation and checkpoints."""
        return self.times[-1] - self.times[self.events.index(self.started)]

    def images_per_second(self, skip: int) -> float:
        """Return the median rate of the logs after the first `skip` ones; 0 without logs."""
        rates = [event.images_per_second for event in self.events if isinstance(event, StepEnd)]
        return median_high(rates[skip:] or rates) if rates else 0.0


def train(
    experiment: Experiment,
    context: RunContext,
    run: Run | None = None,
    on_event: Callable[[Event], None] = lambda event: None,
    should_stop: ShouldStop | None = None,
) -> TrainingRecord:
    """Train an experiment, or resume its `run`, until its end or until the time is over."""
    run = run or RunStore(experiment.workload.runs_dir).create(experiment.config)
    events: list[Event] = []
    times: list[float] = []

    def record(event: Event) -> None:
        events.append(event)
        times.append(time.perf_counter())
        on_event(event)

    called = time.perf_counter()
    trainer = Trainer(experiment.config, run, experiment.workload.data_dir)
    ended = trainer.fit(record, should_stop or context.should_stop)
    return TrainingRecord(run, ended, events, times, called)
