"""The status of a run, as its folder reports it to other processes."""

import dataclasses
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

# A run on another machine counts as interrupted after this long without a heartbeat. Trainings
# write one every 5 seconds; the margin is for busy disks and slow networks.
HEARTBEAT_TIMEOUT_S = 45.0


class RunStatus(StrEnum):
    """States of a run. `interrupted` is never written: the process of a `running` run has ended."""

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
        """The status of a run that this process starts now."""
        now = time.time()
        return cls(RunStatus.RUNNING, now, now, os.getpid(), socket.gethostname(), **values)

    def with_values(self, **values: Any) -> "Status":
        """A copy with other values and a heartbeat of now."""
        return dataclasses.replace(self, heartbeat=time.time(), **values)

    @property
    def observed(self) -> RunStatus:
        """The status to show, judged by the heartbeat and this machine's clock."""
        return self.observed_after(time.time() - self.heartbeat)

    def observed_after(self, silence_s: float) -> RunStatus:
        """The status to show when the last heartbeat was seen `silence_s` seconds ago."""
        if self.status is RunStatus.RUNNING and not self._is_alive(silence_s):
            return RunStatus.INTERRUPTED
        return self.status

    def _is_alive(self, silence_s: float) -> bool:
        if self.host != socket.gethostname():
            return silence_s < HEARTBEAT_TIMEOUT_S
        try:
            process = psutil.Process(self.pid)
            # A process that started after the last heartbeat only reuses the process id.
            is_same = process.create_time() <= self.heartbeat + 1
            return bool(is_same and process.status() != psutil.STATUS_ZOMBIE)
        except (psutil.Error, ValueError, OverflowError):  # no such process, or no valid process id
            return False


class HeartbeatMonitor:
    """Tells when a run last showed a sign of life, from repeated readings of its heartbeat.

    A heartbeat that changed since the last reading is a sign of life now, whatever the clock of the
    machine that wrote it. Only the first reading trusts that clock.
    """

    def __init__(self) -> None:
        self._heartbeat: float | None = None
        self._last_change = 0.0

    def update(self, heartbeat: float) -> float:
        """Time of the last sign of life by this machine's clock, in seconds since the epoch."""
        if heartbeat != self._heartbeat:
            now = time.time()
            self._last_change = min(heartbeat, now) if self._heartbeat is None else now
            self._heartbeat = heartbeat
        return self._last_change


def read_status(path: Path) -> Status | None:
    """The status, or None where the file is missing or damaged."""
    try:
        return _reader().validate_json(path.read_bytes())
    except (OSError, ValueError):
        return None


@cache
def _reader() -> TypeAdapter[Status]:
    """Refuses values of a wrong type and ignores unknown keys."""
    return TypeAdapter(Status)
