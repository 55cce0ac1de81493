"""Processes that measure on request, so that no measurement influences another."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Self

import psutil

from studio.bench.workload import Workload
from studio.callbacks import OnProgress
from studio.errors import StudioError
from studio.runtime import default_openmp_environment

Measurement = dict[str, Any]


class WorkerProcess:
    """Context manager that runs `python -m module name workload`, and kills it at the end.

    `read` returns the conditions once the process is warm; then each `measure` returns a
    measurement. `studio.bench.workers.protocol` is the other end.
    """

    def __init__(self, module: str, name: str, workload: Workload) -> None:
        self._name = name
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the worker
        self._started = time.perf_counter()
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, name, workload.to_json()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            encoding="utf-8",
            env=default_openmp_environment(),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        with suppress(OSError), self._process:  # closing a pipe flushes what was not sent
            pass
        self._errors.close()

    @property
    def age_s(self) -> float:
        """Seconds since just before the process was started."""
        return time.perf_counter() - self._started

    def measure(self) -> Measurement:
        """Request a measurement and wait for it. Raises StudioError if the worker fails."""
        assert self._process.stdin
        try:
            self._process.stdin.write("measure\n")
            self._process.stdin.flush()
        except OSError:
            raise self._create_error() from None
        return self.read()

    def read(self) -> Measurement:
        """Return the next message of the process. Raises StudioError if the worker fails."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise self._create_error()
        message: Measurement = json.loads(line)
        if "error" in message:
            raise StudioError(message["error"])
        return message

    def _create_error(self) -> StudioError:
        """Wait for the end of the process, and describe it with the last line of its stderr."""
        code = self._process.wait()
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "no message")
        return StudioError(f"“{self._name}” ended with code {code}: {last}")


def measure_in_rounds(
    workers: Mapping[str, WorkerProcess], rounds: int, on_progress: OnProgress
) -> dict[str, list[Measurement]]:
    """Measure the workers alternately, A, B, A, B, so that slow drifts affect all of them alike.

    Returns `rounds` measurements of each worker by name. Raises StudioError if one of them fails.
    """
    measurements: dict[str, list[Measurement]] = {name: [] for name in workers}
    for index in range(rounds):
        for position, (name, worker) in enumerate(workers.items()):
            done = index * len(workers) + position
            on_progress(done / (rounds * len(workers)), f"{name}, {index + 1} of {rounds}")
            measurements[name].append(worker.measure())
    return measurements


def values_by_worker(
    measurements: Mapping[str, Sequence[Measurement]], key: str
) -> dict[str, list[float]]:
    """Return one value of each measurement, by the name of the worker."""
    return {name: [one[key] for one in measured] for name, measured in measurements.items()}


def kill_worker_processes() -> None:
    """Kill all child processes, and wait until they have ended.

    An interrupt can arrive while a worker is being started, when no context manager holds it yet.
    """
    children = psutil.Process().children(recursive=True)
    for process in children:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(children)
