"""What a run found out, part by part, as it goes into gpu.json."""

import dataclasses
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from studio.bench.gpu.plan import GpuBenchmark
from studio.files import write_text

Status = Literal["waiting", "running", "done", "failed", "timed out", "crashed", "skipped"]
FAILURES = ("failed", "timed out", "crashed")


@dataclass
class GpuBenchmarkResult:
    """One part: `figures` for the table, `values` with all that was measured.

    A figure has `what`, `figure` (text), `goal` (text), `met` (None where there is no goal) and
    `check` (a goal that must be met).
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
        """Whether it did not come to its end, or a check in it failed."""
        unmet = any(figure["check"] and figure["met"] is False for figure in self.figures)
        return self.status in FAILURES or unmet

    def take(self, message: Mapping[str, Any]) -> None:
        """Take in a message of the part's process; see `studio.bench.gpu.reporter`."""
        self.values |= message.get("values", {})
        if "figure" in message:
            self.figures.append(message["figure"])
        self.status = message.get("status", self.status)
        self.reason = message.get("reason", self.reason)


class GpuResults:
    """All parts of a run, written to a file whenever something new is known."""

    def __init__(self, path: Path, parts: list[GpuBenchmark], facts: Mapping[str, Any]) -> None:
        """`facts` describe the run: machine, device, time. Raises OSError."""
        self._path, self._facts = path, dict(facts)
        self._lock = threading.Lock()
        self.parts = {part.name: GpuBenchmarkResult(part.name, part.title) for part in parts}
        self.status = "running"
        self.write()

    @property
    def failed(self) -> bool:
        """Whether any part failed."""
        return any(result.failed for result in self.parts.values())

    def take(self, name: str, message: Mapping[str, Any]) -> None:
        """Take in a message of a part, from any thread."""
        with self._lock:
            self.parts[name].take(message)
            self._write()

    def change(self, name: str, **values: Any) -> None:
        """Change fields of a part, from any thread."""
        with self._lock:
            self.parts[name] = dataclasses.replace(self.parts[name], **values)
            self._write()

    def finish(self, status: str) -> None:
        """Note how the run ended."""
        self.status = status
        self.write()

    def write(self) -> None:
        """Write everything, atomically."""
        with self._lock:
            self._write()

    def to_dict(self) -> dict[str, Any]:
        """What the file holds."""
        parts = {name: dataclasses.asdict(result) for name, result in self.parts.items()}
        return {"status": self.status, **self._facts, "parts": parts}

    def _write(self) -> None:
        # NaN is no JSON: a program that reads the file would stumble over it.
        text = json.dumps(_finite(self.to_dict()), indent=1, ensure_ascii=False)
        write_text(self._path, text + "\n")


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    if isinstance(value, float) and value - value != 0:
        return str(value)
    return value
