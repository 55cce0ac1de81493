"""The results of a GPU run by benchmark, as written to gpu.json."""

import dataclasses
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any, Literal

from studio.bench.gpu.plan import GpuBenchmark
from studio.files import write_text

Status = Literal["waiting", "running", "done", "failed", "timed out", "crashed", "skipped"]
FAILURES = ("failed", "timed out", "crashed")


@dataclass
class GpuBenchmarkResult:
    """The result of one benchmark: `figures` for the table, `values` with everything measured.

    A figure has `what` (its label), `figure` and `goal` (text), `met` (None without a goal) and
    `check` (whether the goal must be met).
    """

    name: str
    title: str
    status: Status = "waiting"
    reason: str = ""
    limit_s: float = 0.0
    seconds: float = 0.0
    figures: list[dict[str, Any]] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether the benchmark did not end well, or one of its checks failed."""
        unmet = any(figure["check"] and figure["met"] is False for figure in self.figures)
        return self.status in FAILURES or unmet

    def add_message(self, message: Mapping[str, Any]) -> None:
        """Add a message of the benchmark's `Reporter`."""
        self.values |= message.get("values", {})
        if "figure" in message:
            self.figures.append(message["figure"])
        self.status = message.get("status", self.status)
        self.reason = message.get("reason", self.reason)


class GpuResults:
    """The results of all benchmarks, written to a file whenever one of them changes.

    All methods may be called from any thread.
    """

    def __init__(
        self, path: Path, benchmarks: Sequence[GpuBenchmark], run_facts: Mapping[str, Any]
    ) -> None:
        """Write a first file; `run_facts` describe machine, device and time. Raises OSError."""
        self._path, self._run_facts = path, dict(run_facts)
        self._lock = threading.Lock()
        self.benchmarks = {
            benchmark.name: GpuBenchmarkResult(benchmark.name, benchmark.title)
            for benchmark in benchmarks
        }
        self.status = "running"
        self._write()

    @property
    def failed(self) -> bool:
        """Whether any benchmark failed."""
        return any(result.failed for result in self.benchmarks.values())

    def add_message(self, name: str, message: Mapping[str, Any]) -> None:
        """Add a message of a benchmark."""
        with self._lock:
            self.benchmarks[name].add_message(message)
            self._write()

    def update(self, name: str, **values: Any) -> None:
        """Change fields of a benchmark's result."""
        with self._lock:
            self.benchmarks[name] = dataclasses.replace(self.benchmarks[name], **values)
            self._write()

    def finish(self, status: str) -> None:
        """Record how the run ended."""
        with self._lock:
            self.status = status
            self._write()

    def to_dict(self) -> dict[str, Any]:
        """Return the content of the file."""
        parts = {name: dataclasses.asdict(result) for name, result in self.benchmarks.items()}
        return {"status": self.status, **self._run_facts, "parts": parts}

    def _write(self) -> None:
        """Write the file atomically."""
        text = json.dumps(_replace_non_finite(self.to_dict()), indent=1, ensure_ascii=False)
        write_text(self._path, text + "\n")


def _replace_non_finite(value: Any) -> Any:
    """Replace NaN and infinity by text: JSON has no such numbers."""
    if isinstance(value, dict):
        return {name: _replace_non_finite(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_replace_non_finite(inner) for inner in value]
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    return value
