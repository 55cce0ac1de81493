"""What a run is doing, as its folder tells it to any other process."""

import dataclasses
import json
import os
import socket
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import psutil

from studio.files import write_text

# A run of another machine that has not been heard of for this long is taken for dead.
SILENT_SECONDS = 120.0


class RunStatus(StrEnum):
    """`interrupted` is never written: it is what a dead process's `running` means."""

    RUNNING = "running"
    STOPPED = "stopped"
    FINISHED = "finished"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class Status:
    """The contents of status.json. Accuracies are fractions, times are seconds since the epoch."""

    status: RunStatus
    started: float
    heartbeat: float
    pid: int
    host: str
    reason: str = ""
    epochs: int = 0
    epochs_done: int = 0
    best_epoch: int | None = None
    train_accuracy: float | None = None
    val_accuracy: float | None = None
    test_accuracy: float | None = None
    images_per_second: float | None = None
    seconds: float = 0.0
    parameters: int = 0
    device: str = ""
    precision: str = ""

    @classmethod
    def begin(cls, **values: Any) -> "Status":
        """A running status of this process, now."""
        now = time.time()
        return cls(RunStatus.RUNNING, now, now, os.getpid(), socket.gethostname(), **values)

    def with_values(self, **values: Any) -> "Status":
        """A copy heard of now."""
        return dataclasses.replace(self, heartbeat=time.time(), **values)

    @property
    def seen(self) -> RunStatus:
        """The status as an observer should show it."""
        if self.status is RunStatus.RUNNING and not self._alive():
            return RunStatus.INTERRUPTED
        return self.status

    def _alive(self) -> bool:
        if self.host != socket.gethostname():
            return time.time() - self.heartbeat < SILENT_SECONDS
        try:
            # A process begun after the last heartbeat only shares the number.
            return bool(psutil.Process(self.pid).create_time() <= self.heartbeat + 1)
        except psutil.Error:
            return False


def write_status(path: Path, status: Status) -> None:
    """Write status.json atomically. Raises OSError."""
    write_text(path, json.dumps(dataclasses.asdict(status), indent=1))


def read_status(path: Path) -> Status | None:
    """The status, or None where the file is missing or damaged."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        values["status"] = RunStatus(values["status"])
        known = {field.name for field in dataclasses.fields(Status)}
        return Status(**{name: value for name, value in values.items() if name in known})
    except (OSError, ValueError, TypeError, KeyError):
        return None
