"""Training with the program's own trainer, as the window and the command line call it."""

import threading
from time import perf_counter
from typing import Self

import psutil

from studio.bench.workers.protocol import Send, wait_for_request
from studio.bench.workers.throughput import MeasuredTraining
from studio.bench.workload import Workload
from studio.config import TrainConfig
from studio.runs import RunStore
from studio.training import Trainer
from studio.training.backend.devices import describe_device
from studio.training.events import EpochEnd, Event, FitEnded, FitStarted, StepEnd

_MEMORY_INTERVAL_S = 0.02


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

    The conditions have the time and the memory of the first training of the process, which also
    loads modules; torch is loaded before, as in the window.
    """
    choice = describe_device(workload.config.engine.device)
    send({"device": choice.device, "device_name": choice.name} | _train_once(workload))
    while True:
        wait_for_request()
        send(_train_once(workload))


def _train_once(workload: Workload) -> dict[str, float]:
    """Return the seconds, the memory and the disk space that a whole training takes."""
    run = RunStore(workload.runs_dir).create(workload.config)
    began = perf_counter()
    with PeakMemory() as memory:
        Trainer(workload.config, run, workload.data_dir).fit()
    seconds = perf_counter() - began
    size = sum(path.stat().st_size for path in run.path.rglob("*") if path.is_file())
    return {"seconds": seconds, "memory_bytes": memory.growth_bytes, "disk_bytes": size}


class PeakMemory:
    """Context manager: how much the memory of this process grows at most, looked at all the time.

    The highest values are within the test, where no event is emitted.
    """

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._before = self._highest = self._memory()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._is_over.set()
        self._thread.join()

    @property
    def growth_bytes(self) -> int:
        """The most that the memory has grown, in bytes."""
        return self._highest - self._before

    def _memory(self) -> int:
        return int(self._process.memory_info().rss)

    def _look(self) -> None:
        while not self._is_over.wait(_MEMORY_INTERVAL_S):
            self._highest = max(self._highest, self._memory())
