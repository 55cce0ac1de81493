"""Runs the parts one stage after the other, each in a process of its own."""

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.bench.gpu.context import Task
from studio.bench.gpu.plan import GpuBenchmark, first_stage_limit_s, group_by_stage
from studio.bench.gpu.process import run_python
from studio.bench.gpu.results import GpuBenchmarkResult, GpuResults
from studio.runtime import default_openmp_environment

_PROBE_LIMIT_S = 180.0


def probe(log: Path) -> dict[str, Any]:
    """What CUDA is there; see `probe_cuda`. Never raises for a broken torch or driver."""
    said: list[dict[str, Any]] = []
    words = ["-m", "studio.bench.gpu", "probe"]
    ended = run_python(words, _PROBE_LIMIT_S, log, said.append, default_openmp_environment())
    if said:
        return said[-1]
    return {"available": False, "reason": f"torch could not be asked: {ended}, see {log.name}"}


@dataclass
class GpuRunner:
    """Runs parts until `ends`, in seconds of `time.time()`; `on_end` hears of each that ended."""

    results: GpuResults
    device: str
    data_dir: Path
    log: Path
    ends: float
    rehearsal: bool = False
    on_end: Callable[[GpuBenchmarkResult], None] = lambda result: None
    _kills: list[Callable[[], None]] = field(default_factory=list)
    _stopping: bool = False

    def run_all(self, parts: Sequence[GpuBenchmark]) -> None:
        """Run every stage within its share of the time that is left."""
        stages = group_by_stage(parts)
        with tempfile.TemporaryDirectory(
            prefix="vgg-studio-gpu-", ignore_cleanup_errors=True
        ) as scratch:
            for number in range(len(stages)):
                limit = first_stage_limit_s(stages[number:], self.ends - time.time())
                self._run_stage(stages[number], limit, Path(scratch))

    def _run_stage(self, stage: Sequence[GpuBenchmark], limit_s: float, scratch: Path) -> None:
        with ThreadPoolExecutor(len(stage)) as pool:
            try:
                list(pool.map(lambda part: self._run_part(part, limit_s, scratch), stage))
            except BaseException:
                self._stopping = True
                for kill in self._kills:
                    kill()
                raise
        self._kills.clear()

    def _run_part(self, part: GpuBenchmark, limit_s: float, scratch: Path) -> None:
        limit_s = min(limit_s, part.max_s)
        if limit_s < part.min_s:
            reason = f"{limit_s:.0f} s are left for it, it needs {part.min_s:.0f} s"
            self.results.change(part.name, status="skipped", reason=reason)
        else:
            self._run_process(part, limit_s, scratch / part.name)
        self.on_end(self.results.parts[part.name])

    def _run_process(self, part: GpuBenchmark, limit_s: float, scratch: Path) -> None:
        scratch.mkdir()
        began = time.time()
        self.results.change(part.name, status="running", limit_s=round(limit_s, 1))
        task = Task(part.name, self.device, self.data_dir, scratch, began, began + limit_s,
                    self.rehearsal)  # fmt: skip
        words = ["-m", "studio.bench.gpu", task.to_json()]
        ended = run_python(
            words,
            limit_s,
            self.log,
            lambda message: self.results.take(part.name, message),
            environment_of(part),
            self._remember,
        )
        self._note_end(part, ended, time.time() - began)

    def _remember(self, kill: Callable[[], None]) -> None:
        self._kills.append(kill)
        if self._stopping:
            kill()

    def _note_end(self, part: GpuBenchmark, ended: str, seconds: float) -> None:
        """A process that said how its part ended may fail later, in a destructor, say."""
        changes: dict[str, Any] = {"seconds": round(seconds, 2)}
        if self.results.parts[part.name].status == "running":
            late = ended.startswith("timed out")
            status = "timed out" if late else "crashed"
            said = ended or "the process ended without a word"
            reason = f"{said}, see {self.log.name}"
            changes |= {"status": status, "reason": reason}
        self.results.change(part.name, **changes)


def environment_of(part: GpuBenchmark) -> dict[str, str]:
    """The environment of a part's process."""
    environment = {
        **default_openmp_environment(),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONUNBUFFERED": "1",
    }
    if part.exact:  # read by the libraries of CUDA: products of float32 as float32
        environment["NVIDIA_TF32_OVERRIDE"] = "0"
    # `python -m` finds the package in this process' folder, the part's children in any.
    here = str(Path(__file__).parents[3])
    paths = [here, *filter(None, [os.environ.get("PYTHONPATH")])]
    return environment | {"PYTHONPATH": os.pathsep.join(paths)}
