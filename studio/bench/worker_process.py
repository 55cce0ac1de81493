"""A process that measures when asked: no setting and no memory of it touches another's."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import psutil

from studio.bench.workload import Workload
from studio.callbacks import OnProgress
from studio.errors import StudioError
from studio.runtime import default_openmp_environment

Answer = dict[str, Any]


def kill_worker_processes() -> None:
    """Kill the processes that this one has started and lost, and wait until they have ended.

    An interrupt can arrive while a worker is being started, when nothing else can end it yet.
    """
    lost = psutil.Process().children(recursive=True)
    for process in lost:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(lost)


class Worker:
    """Starts `python -m module name workload`; leaving it ends the process, whatever it does.

    Its first answer comes by `read` when it is warm, each further one by `turn`.
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

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        with suppress(OSError), self._process:  # closes its pipes, in one of which words may stick
            pass
        self._errors.close()

    @property
    def age(self) -> float:
        """Seconds since just before the process was started."""
        return time.perf_counter() - self._started

    def turn(self) -> Answer:
        """Let it measure once. Raises StudioError when it cannot."""
        assert self._process.stdin
        try:
            self._process.stdin.write("turn\n")
            self._process.stdin.flush()
        except OSError:
            raise self._complaint() from None
        return self.read()

    def read(self) -> Answer:
        """Its next answer. Raises StudioError when there is none."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise self._complaint()
        answer: Answer = json.loads(line)
        if "error" in answer:
            raise StudioError(answer["error"])
        return answer

    def _complaint(self) -> StudioError:
        """Why the process ended, as far as it said."""
        code = self._process.wait()
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
        return StudioError(f"“{self._name}” ended with code {code}: {last}")


def take_turns(
    workers: Mapping[str, Worker], repeats: int, tell: OnProgress
) -> dict[str, list[Answer]]:
    """Let the workers measure one after the other, `repeats` times round: A, B, A, B.

    Raises StudioError when one of them cannot.
    """
    answers: dict[str, list[Answer]] = {name: [] for name in workers}
    for turn in range(repeats):
        for place, (name, worker) in enumerate(workers.items()):
            done = turn * len(workers) + place
            tell(done / (repeats * len(workers)), f"{name}, {turn + 1} of {repeats}")
            answers[name].append(worker.turn())
    return answers
