"""What a run is doing, as its folder tells it to any other process."""

import dataclasses
import json
import os
import socket
import time
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import psutil
from pydantic import TypeAdapter

from studio.files import write_text

# A run of another machine that has not been heard of for this long is taken for dead. Trainings
# tell that they live every 5 seconds; the rest is for busy disks and slow networks.
SILENT_SECONDS = 45.0


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
    val_images: int = 0
    test_images: int = 0

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
        """The status as an observer should show it who looks once and trusts all clocks."""
        return self.seen_after(time.time() - self.heartbeat)

    def seen_after(self, silence: float) -> RunStatus:
        """The status as an observer should show it who last heard of it `silence` seconds ago."""
        if self.status is RunStatus.RUNNING and not self._alive(silence):
            return RunStatus.INTERRUPTED
        return self.status

    def _alive(self, silence: float) -> bool:
        if self.host != socket.gethostname():
            return silence < SILENT_SECONDS
        try:
            process = psutil.Process(self.pid)
            # A process begun after the last heartbeat only shares the number.
            ours = process.create_time() <= self.heartbeat + 1
            return bool(ours and process.status() != psutil.STATUS_ZOMBIE)
        except (psutil.Error, ValueError, OverflowError):  # no process, or no number of one
            return False


class Pulse:
    """When a run was last heard of, told by looking again and again.

    A heartbeat that changes between two looks is a sign of life now, whatever the clock of the
    machine says that wrote it. Only the first look has nothing to compare with and trusts it.
    """

    def __init__(self) -> None:
        self._heartbeat: float | None = None
        self._heard = 0.0

    def feel(self, heartbeat: float) -> float:
        """When it was last heard of, by the clock here; seconds since the epoch."""
        if heartbeat != self._heartbeat:
            now = time.time()
            self._heard = min(heartbeat, now) if self._heartbeat is None else now
            self._heartbeat = heartbeat
        return self._heard


def write_status(path: Path, status: Status) -> None:
    """Write status.json atomically. Raises OSError."""
    write_text(path, json.dumps(dataclasses.asdict(status), indent=1))


def read_status(path: Path) -> Status | None:
    """The status, or None where the file is missing or damaged."""
    try:
        return _reader().validate_json(path.read_bytes())
    except (OSError, ValueError):
        return None


@cache
def _reader() -> TypeAdapter[Status]:
    """Refuses values of the wrong kind; those it does not know are passed over."""
    return TypeAdapter(Status)
