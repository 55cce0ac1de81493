"""What the process of a GPU benchmark receives, and how it reports."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic.dataclasses import dataclass

from studio.bench.workload import JsonArgument

# A benchmark stops by itself shortly before its process is killed.
_STOP_FRACTION, _MIN_STOP_S = 0.1, 3.0


@dataclass(frozen=True)
class RunContext(JsonArgument):
    """A benchmark to run on `device`, with the data in `data_dir` and an empty folder `scratch`.

    `started` and `deadline` are in seconds of `time.time()`; at the deadline the process is
    killed. A `rehearsal` runs everything in tiny sizes on the CPU: its figures mean nothing.
    """

    benchmark: str
    device: str
    data_dir: Path
    scratch: Path
    started: float
    deadline: float
    rehearsal: bool = False

    @property
    def remaining_s(self) -> float:
        """Seconds until the benchmark should stop by itself."""
        reserve_s = max(_MIN_STOP_S, _STOP_FRACTION * (self.deadline - self.started))
        return self.deadline - reserve_s - time.time()

    def should_stop(self) -> bool:
        """Return whether the time is over."""
        return self.remaining_s <= 0

    @property
    def on_cuda(self) -> bool:
        """Whether it runs on a CUDA device."""
        return self.device.startswith("cuda")


class SkippedError(Exception):
    """Raised by a benchmark that cannot run here; the message says why."""


class Reporter:
    """Sends values and figures to the parent process, which saves each of them at once."""

    def __init__(self, send: Callable[[dict[str, Any]], None], rehearsal: bool = False) -> None:
        """Create a reporter; a rehearsal has checks but no goals, as its sizes are others."""
        self._send, self._rehearsal = send, rehearsal

    def record(self, **values: Any) -> None:
        """Send values by name; a name that is sent again replaces the earlier value."""
        self._send({"values": values})

    def add_figure(self, label: str, text: str, goal: str = "", met: bool | None = None) -> None:
        """Send a row of the table; with a goal, whether it was met."""
        if self._rehearsal:
            goal, met = "", None
        self._send_row(label, text, goal, met, is_check=False)

    def add_check(self, label: str, text: str, goal: str, passed: bool) -> None:
        """Send a row whose goal must be met."""
        self._send_row(label, text, goal, passed, is_check=True)

    def finish(self, status: str, reason: str = "") -> None:
        """Send how the benchmark ended: done, skipped or failed."""
        self._send({"status": status, "reason": reason})

    def _send_row(self, label: str, text: str, goal: str, met: bool | None, is_check: bool) -> None:
        met = None if met is None else bool(met)  # JSON cannot hold booleans of numpy
        row = {"what": label, "figure": text, "goal": goal, "met": met, "check": is_check}
        self._send({"figure": row})
