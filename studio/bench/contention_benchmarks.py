"""Speed of training and evaluation with one and two threads while other processes compute."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from studio.bench.results import BenchmarkResult
from studio.bench.session import WORKERS, BenchmarkSession
from studio.bench.training_benchmarks import ENDLESS, RATE, TINY, describe_conditions
from studio.bench.worker_process import Measurement, WorkerProcess
from studio.bench.workload import Workload
from studio.formatting import count as format_count

# Label, recipe and changed settings.
_TRAININGS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("Tiny VGG", TINY, {}),
    ("Tiny VGG, float32", TINY, {"engine.precision": "float32"}),
    ("Mini VGG 1, batch 16", "mini-vgg-v1-mnist", {"optim.batch_size": 16}),
    ("Simple VGG", "simple-vgg-mnist", {}),
)
# Logs often, so that a measurement is short on a busy machine too.
_SETTINGS = {**ENDLESS, "engine.device": "cpu", "engine.log_every": 2}
# Label, worker, and the key of its measurements.
_EVALUATIONS = (
    ("Tiny VGG evaluated", "evaluation", "images_per_second"),
    ("Tiny VGG evaluated while training", "evaluation-and-training", "images_per_second"),
    ("Tiny VGG trained while evaluating", "evaluation-and-training", "trained_per_second"),
)
_AUTOMATIC, _ONE, _TWO = "automatic", "1 thread", "2 threads"
# The setting `engine.threads` by name; with 0 the program chooses.
_THREADS = {_AUTOMATIC: 0, _ONE: 1, _TWO: 2}
_BUSY_COUNTS = (0, 1, 2)

# By the number of busy processes and the name of the threads setting.
Measurements = Mapping[tuple[int, str], list[Measurement]]


def measure_contention(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """Compare the automatic number of threads with one and two, beside 0, 1 and 2 processes."""
    for label, recipe, settings in _TRAININGS:
        workload, data = session.create_workload(recipe, {**_SETTINGS, **settings})
        measured, conditions = _measure(session, label, "training", workload, data)
        yield from _create_results(label, measured, "images_per_second", conditions)
    workload, data = session.create_workload(TINY, _SETTINGS)
    by_worker: dict[str, tuple[Measurements, str]] = {}
    for label, worker, key in _EVALUATIONS:
        if worker not in by_worker:
            by_worker[worker] = _measure(session, label, worker, workload, data)
        measured, conditions = by_worker[worker]
        yield from _create_results(label, measured, key, conditions)


def _measure(
    session: BenchmarkSession, label: str, worker: str, workload: Workload, data: str
) -> tuple[Measurements, str]:
    """Return measurements of a worker with each setting of threads, and their conditions."""
    with ExitStack() as stack:
        workers, conditions = {}, {}
        for name, threads in _THREADS.items():
            session.on_progress(0.0, f"{label}, {name}, warming up")
            changed = replace(workload, settings={**workload.settings, "engine.threads": threads})
            workers[name] = stack.enter_context(WorkerProcess(WORKERS, worker, changed))
            conditions[name] = workers[name].read()
        return _measure_in_rounds(session, label, workers), describe_conditions(conditions, data)


def _measure_in_rounds(
    session: BenchmarkSession, label: str, workers: Mapping[str, WorkerProcess]
) -> Measurements:
    """Measure all workers beside 0 busy processes, then beside 1, then 2, and repeat."""
    measurements: dict[tuple[int, str], list[Measurement]] = {
        (busy, name): [] for busy in _BUSY_COUNTS for name in workers
    }
    for index in range(session.repeats):
        session.on_progress(index / session.repeats, f"{label}, {index + 1} of {session.repeats}")
        for busy in _BUSY_COUNTS:
            with run_busy_processes(busy):
                for name, worker in workers.items():
                    measurements[busy, name].append(worker.measure())
    return measurements


def _create_results(
    label: str, measurements: Measurements, key: str, conditions: str
) -> Iterator[BenchmarkResult]:
    for busy in _BUSY_COUNTS:
        rates = {name: [one[key] for one in measurements[busy, name]] for name in _THREADS}
        beside = f"{label}, beside {format_count(busy, 'busy process', 'busy processes')}"
        for baseline in (_ONE, _TWO):
            goal = "≥ 1 ×" if baseline == _ONE else "≥ 0.9 ×" * (busy == 0)
            result = BenchmarkResult("contention", beside, RATE, goal, conditions=conditions)
            yield result.with_baseline(rates[_AUTOMATIC], rates[baseline], baseline)


# It ends when its standard input closes, which is when the process that started it ends.
_BUSY_CODE = """
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
print("busy", flush=True)
while True:
    pass
"""


@contextmanager
def run_busy_processes(count: int) -> Iterator[None]:
    """Run processes within the block, each of which keeps a core busy."""
    processes: list[subprocess.Popen[str]] = []
    try:
        processes.extend(_start_busy_process() for _ in range(count))
        for process in processes:
            assert process.stdout
            process.stdout.readline()
        yield
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def _start_busy_process() -> subprocess.Popen[str]:
    """Start it in a new session: Linux divides a core among sessions before threads."""
    return subprocess.Popen(
        [sys.executable, "-c", _BUSY_CODE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
