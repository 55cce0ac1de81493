"""Training with the program's own trainer, as the window and the command line call it."""

from time import perf_counter

import psutil

from studio.bench.workers.protocol import Send, wait_for_request
from studio.bench.workers.throughput import MeasuredTraining
from studio.bench.workload import Workload
from studio.config import TrainConfig
from studio.runs import RunStore
from studio.training import Trainer
from studio.training.backend.devices import describe_device
from studio.training.events import EpochEnd, Event, FitEnded, FitStarted, StepEnd


def training_conditions(event: FitStarted) -> dict[str, object]:
    """Return device, precision and threads of a training."""
    return {
        "device": event.device,
        "device_name": describe_device(event.device).name,
        "precision": event.precision,
        "threads": event.threads,
    }


def train(workload: Workload, send: Send) -> None:
    """Train until no further measurement is requested; validation is not measured."""
    config = workload.config
    training, last_step = MeasuredTraining(send, workload.seconds), 0

    def on_event(event: Event) -> None:
        nonlocal last_step
        if isinstance(event, FitStarted):
            training.set_conditions(**training_conditions(event))
        elif isinstance(event, StepEnd):
            steps, last_step = event.step - last_step, event.step
            training.add_images(steps * config.optim.batch_size)
        elif isinstance(event, EpochEnd):
            training.skip_interval()

    run = RunStore(workload.runs_dir).create(config)
    Trainer(config, run, workload.data_dir).fit(on_event)


def train_completely(workload: Workload, send: Send) -> None:
    """For each measurement run the whole recipe, with validation and checkpoints.

    The warm-up is one epoch.
    """
    conditions, _ = _fit(workload, workload.config.with_values({"optim.epochs": 1}))
    send(conditions)
    while True:
        wait_for_request()
        send({"seconds": _fit(workload, workload.config)[1]})


def _fit(workload: Workload, config: TrainConfig) -> tuple[dict[str, object], float]:
    """Return the conditions, and the seconds from the first step to the final metrics."""
    conditions: dict[str, object] = {}
    times = {}

    def on_event(event: Event) -> None:
        if isinstance(event, FitStarted):
            conditions.update(training_conditions(event))
        if isinstance(event, FitStarted | FitEnded):
            times[type(event)] = perf_counter()

    run = RunStore(workload.runs_dir).create(config)
    Trainer(config, run, workload.data_dir).fit(on_event)
    return conditions, times[FitEnded] - times[FitStarted]


def train_timed(workload: Workload, send: Send) -> None:
    """For each measurement run the whole recipe, from reading the data to the test.

    Also measures the memory that it takes, and the size of the folder of the run. torch is loaded
    before, as in the window.
    """
    config, process = workload.config, psutil.Process()
    choice = describe_device(config.engine.device)
    send({"device": choice.device, "device_name": choice.name})
    while True:
        wait_for_request()
        run = RunStore(workload.runs_dir).create(config)
        memory = PeakMemory(process)
        began = perf_counter()
        Trainer(config, run, workload.data_dir).fit(memory.on_event)
        seconds = perf_counter() - began
        size = sum(path.stat().st_size for path in run.path.rglob("*") if path.is_file())
        send({"seconds": seconds, "memory_bytes": memory.growth, "disk_bytes": size})


class PeakMemory:
    """The highest memory of a process at the events of a training, beyond that at its start."""

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self._before = self._highest = process.memory_info().rss

    def on_event(self, _event: Event) -> None:
        """Look at the memory at an event of the training."""
        self._highest = max(self._highest, self._process.memory_info().rss)

    @property
    def growth(self) -> int:
        """How much the memory has grown, in bytes."""
        return int(self._highest - self._before)
