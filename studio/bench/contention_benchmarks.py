"""How fast training and evaluation are on one and two threads while other programs compute."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from studio.bench.busy import BusyProcesses
from studio.bench.results import BenchmarkResult
from studio.bench.session import WORKERS, BenchmarkSession
from studio.bench.training_benchmarks import ENDLESS, RATE, TINY, setting_words
from studio.bench.worker_process import Answer, Worker
from studio.bench.workload import Workload

# What is measured, the recipe and its changed settings.
_TRAININGS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("Tiny VGG", TINY, {}),
    ("Tiny VGG, float32", TINY, {"engine.precision": "float32"}),
    ("Mini VGG 1, batch 16", "mini-vgg-v1-mnist", {"optim.batch_size": 16}),
    ("Simple VGG", "simple-vgg-mnist", {}),
)
# Reports often enough for a turn to be short on a busy machine.
_SETTINGS = {**ENDLESS, "engine.device": "cpu", "engine.log_every": 2}
# What is measured, the worker, and the key of its answer.
_EVALUATIONS = (
    ("Tiny VGG evaluated", "ours-evaluation", "images_per_second"),
    ("Tiny VGG evaluated while training", "ours-evaluation-beside", "images_per_second"),
    ("Tiny VGG trained while evaluating", "ours-evaluation-beside", "trained_per_second"),
)
_CHOICE, _ONE, _TWO = "the program's choice", "1 thread", "2 threads"
# By name, the setting `engine.threads`: 0 leaves the choice to the program.
_THREADS = {_CHOICE: 0, _ONE: 1, _TWO: 2}
_BUSY = (0, 1, 2)

# Turns by the count of busy processes and the name of the threads.
Turns = Mapping[tuple[int, str], list[Answer]]


def measure_contention(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """The program's choice of threads against one and two, beside 0, 1 and 2 busy processes."""
    for what, recipe, settings in _TRAININGS:
        workload, images = session.workload(recipe, {**_SETTINGS, **settings})
        turns, setting = _measure(session, what, "ours", workload, images)
        yield from _rows(what, turns, "images_per_second", setting)
    workload, images = session.workload(TINY, _SETTINGS)
    measured: dict[str, tuple[Turns, str]] = {}
    for what, worker, key in _EVALUATIONS:
        if worker not in measured:
            measured[worker] = _measure(session, what, worker, workload, images)
        yield from _rows(what, measured[worker][0], key, measured[worker][1])


def _measure(
    session: BenchmarkSession, what: str, worker: str, workload: Workload, images: str
) -> tuple[Turns, str]:
    """Turns of a worker with each setting of threads, and with what they were measured."""
    with ExitStack() as stack:
        workers, facts = {}, {}
        for name, threads in _THREADS.items():
            session.tell(0.0, f"{what}, {name}, warming up")
            own = replace(workload, settings={**workload.settings, "engine.threads": threads})
            workers[name] = stack.enter_context(Worker(WORKERS, worker, own))
            facts[name] = workers[name].read()
        return _take_turns(session, what, workers), setting_words(facts, images)


def _take_turns(session: BenchmarkSession, what: str, workers: Mapping[str, Worker]) -> Turns:
    """All settings in turn beside no busy process, then beside one, then two, and again."""
    turns: dict[tuple[int, str], list[Answer]] = {
        (busy, name): [] for busy in _BUSY for name in workers
    }
    for turn in range(session.repeats):
        session.tell(turn / session.repeats, f"{what}, {turn + 1} of {session.repeats}")
        for busy in _BUSY:
            with BusyProcesses(busy):
                for name, worker in workers.items():
                    turns[busy, name].append(worker.turn())
    return turns


def _rows(what: str, turns: Turns, key: str, setting: str) -> Iterator[BenchmarkResult]:
    for busy in _BUSY:
        rates = {name: [turn[key] for turn in turns[busy, name]] for name in _THREADS}
        beside = f"{what}, beside {busy} busy process{'es' * (busy != 1)}"
        for baseline in (_ONE, _TWO):
            goal = "≥ 1 ×" if baseline == _ONE else "≥ 0.9 ×" * (busy == 0)
            row = BenchmarkResult("contention", beside, RATE, goal, setting=setting)
            yield row.against(rates[_CHOICE], rates[baseline], baseline)
