"""Runs GPU benchmarks stage by stage, each in a process of its own with a time limit."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from studio.bench.gpu.context import RunContext
from studio.bench.gpu.plan import GpuBenchmark, first_stage_limit_s, group_by_stage
from studio.bench.gpu.results import GpuBenchmarkResult, GpuResults
from studio.runtime import default_openmp_environment

Message = dict[str, Any]

_PROBE_LIMIT_S = 180.0
# How long a killed process may take to end.
_KILL_TIMEOUT_S = 10.0


def probe(log: Path) -> dict[str, Any]:
    """Return what `probe_cuda` finds, or why it could not run, if torch or the driver is broken."""
    messages: list[dict[str, Any]] = []
    arguments = ["-m", "studio.bench.gpu", "probe"]
    ended = run_python(
        arguments, _PROBE_LIMIT_S, log, messages.append, default_openmp_environment()
    )
    if messages:
        return messages[-1]
    return {"available": False, "reason": f"torch could not be loaded: {ended}, see {log.name}"}


@dataclass
class GpuRunner:
    """Runs benchmarks until `deadline`, in seconds of `time.time()`.

    `on_end` is called with each result when its benchmark ends.
    """

    results: GpuResults
    device: str
    data_dir: Path
    log: Path
    deadline: float
    rehearsal: bool = False
    on_end: Callable[[GpuBenchmarkResult], None] = lambda result: None
    _kill_functions: list[Callable[[], None]] = field(default_factory=list)
    _stopping: bool = False

    def run_all(self, benchmarks: Sequence[GpuBenchmark]) -> None:
        """Run every stage within its fraction of the remaining time."""
        stages = group_by_stage(benchmarks)
        with tempfile.TemporaryDirectory(
            prefix="vgg-studio-gpu-", ignore_cleanup_errors=True
        ) as scratch:
            for index, stage in enumerate(stages):
                limit_s = first_stage_limit_s(stages[index:], self.deadline - time.time())
                self._run_stage(stage, limit_s, Path(scratch))

    def _run_stage(self, stage: Sequence[GpuBenchmark], limit_s: float, scratch: Path) -> None:
        with ThreadPoolExecutor(len(stage)) as pool:
            try:
                list(pool.map(lambda one: self._run_benchmark(one, limit_s, scratch), stage))
            except BaseException:
                self._stopping = True
                for kill in self._kill_functions:
                    kill()
                raise
        self._kill_functions.clear()

    def _run_benchmark(self, benchmark: GpuBenchmark, limit_s: float, scratch: Path) -> None:
        limit_s = min(limit_s, benchmark.max_s)
        if limit_s < benchmark.min_s:
            reason = f"{limit_s:.0f} s left, at least {benchmark.min_s:.0f} s needed"
            self.results.update(benchmark.name, status="skipped", reason=reason)
        else:
            self._run_process(benchmark, limit_s, scratch / benchmark.name)
        self.on_end(self.results.benchmarks[benchmark.name])

    def _run_process(self, benchmark: GpuBenchmark, limit_s: float, scratch: Path) -> None:
        name = benchmark.name
        scratch.mkdir()
        started = time.time()
        self.results.update(name, status="running", limit_s=round(limit_s, 1))
        context = RunContext(name, self.device, self.data_dir, scratch, started,
                             started + limit_s, self.rehearsal)  # fmt: skip
        failure = run_python(
            ["-m", "studio.bench.gpu", context.to_json()],
            limit_s,
            self.log,
            lambda message: self.results.add_message(name, message),
            create_environment(benchmark),
            self._add_kill_function,
        )
        changes: dict[str, Any] = {"seconds": round(time.time() - started, 2)}
        # A process that reported its end can still fail later, for example in a destructor.
        if self.results.benchmarks[name].status == "running":
            changes["status"] = "timed out" if failure.startswith("timed out") else "crashed"
            reason = failure or "the process ended without a result"
            changes["reason"] = f"{reason}, see {self.log.name}"
        self.results.update(name, **changes)

    def _add_kill_function(self, kill: Callable[[], None]) -> None:
        self._kill_functions.append(kill)
        if self._stopping:
            kill()


def create_environment(benchmark: GpuBenchmark) -> dict[str, str]:
    """Return the environment of a benchmark's process."""
    environment = default_openmp_environment()
    environment |= {"QT_QPA_PLATFORM": "offscreen", "PYTHONUNBUFFERED": "1"}
    if benchmark.exact:  # CUDA libraries then compute float32 products in float32
        environment["NVIDIA_TF32_OVERRIDE"] = "0"
    # `python -m` finds the package in the current folder, but a benchmark's children run elsewhere.
    package_parent = str(Path(__file__).parents[3])
    paths = [package_parent, *filter(None, [os.environ.get("PYTHONPATH")])]
    return environment | {"PYTHONPATH": os.pathsep.join(paths)}


def run_python(
    arguments: list[str],
    limit_s: float,
    log: Path,
    on_message: Callable[[Message], None],
    environment: Mapping[str, str],
    on_start: Callable[[Callable[[], None]], None] = lambda kill: None,
) -> str:
    """Run Python, and call `on_message` with each line of JSON that it prints.

    Its other output is appended to `log`. `on_start` receives a function that kills the process
    and all processes it started. Returns `timed out…`, `exit code N`, or nothing after success.
    """
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, "-X", "faulthandler", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
            errors="replace",
            env=dict(environment),
        )
    on_start(lambda: kill_process_tree(process.pid))
    # In a thread: a process that a broken driver keeps alive must not block the others.
    reader = threading.Thread(target=_read_messages, args=(process, on_message), daemon=True)
    reader.start()
    try:
        code = process.wait(limit_s)
    except subprocess.TimeoutExpired:
        kill_process_tree(process.pid)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_KILL_TIMEOUT_S)
            return "timed out"
        return "timed out and cannot be killed"
    finally:
        kill_process_tree(process.pid)
        reader.join(_KILL_TIMEOUT_S)
    return f"exit code {code}" if code else ""


def _read_messages(process: "subprocess.Popen[str]", on_message: Callable[[Message], None]) -> None:
    assert process.stdout
    with process.stdout as lines:
        for line in lines:
            with suppress(ValueError):  # a killed process can leave half a line
                on_message(json.loads(line))


def kill_process_tree(pid: int) -> None:
    """Kill a process and all that it started, also those in sessions of their own."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        for member in [*process.children(recursive=True), process]:
            with suppress(psutil.NoSuchProcess):
                member.kill()
