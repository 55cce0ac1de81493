"""The program's own trainer, as the window and the command line call it."""

from time import perf_counter

from studio.bench.workers.protocol import Say, Turns, wait_for_turn
from studio.bench.workload import Workload
from studio.config import TrainConfig
from studio.runs import RunStore
from studio.training import Trainer
from studio.training.backend.devices import describe_device
from studio.training.events import EpochEnd, Event, FitEnded, FitStarted, StepEnd


def facts_of(event: FitStarted) -> dict[str, object]:
    """What a training is measured with."""
    return {
        "device": event.device,
        "device_name": describe_device(event.device).name,
        "precision": event.precision,
        "threads": event.threads,
    }


class Reporter:
    """Turns the trainer's events into reports; validation is no training."""

    def __init__(self, turns: Turns, batch_size: int) -> None:
        self._turns = turns
        self._batch_size = batch_size
        self._step = 0

    def __call__(self, event: Event) -> None:
        if isinstance(event, FitStarted):
            self._turns.tell_facts(**facts_of(event))
        elif isinstance(event, StepEnd):
            steps, self._step = event.step - self._step, event.step
            self._turns.report(steps * self._batch_size)
        elif isinstance(event, EpochEnd):
            self._turns.leave_out()


def train(workload: Workload, say: Say) -> None:
    """Train until nobody asks for another turn."""
    config = workload.config
    reporter = Reporter(Turns(say, workload.seconds), config.optim.batch_size)
    run = RunStore(workload.runs_dir).create(config)
    Trainer(config, run, workload.data_dir).fit(reporter)


def train_whole(workload: Workload, say: Say) -> None:
    """In each turn the whole recipe, validation and checkpoints included; the first is warm-up."""
    facts, _ = _fit(workload, workload.config.with_values({"optim.epochs": 1}))
    say(facts)
    while True:
        wait_for_turn()
        say({"seconds": _fit(workload, workload.config)[1]})


def _fit(workload: Workload, config: TrainConfig) -> tuple[dict[str, object], float]:
    """What it was measured with, and the seconds from the first step to the last figure."""
    facts: dict[str, object] = {}
    times = {}

    def note(event: Event) -> None:
        if isinstance(event, FitStarted):
            facts.update(facts_of(event))
        if isinstance(event, FitStarted | FitEnded):
            times[type(event)] = perf_counter()

    run = RunStore(workload.runs_dir).create(config)
    Trainer(config, run, workload.data_dir).fit(note)
    return facts, times[FitEnded] - times[FitStarted]
