"""The status of a run, as its folder reports it to other processes."""

import dataclasses
import math
import os
import socket
import time
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import psutil
from pydantic import TypeAdapter

from studio.files import read_regular
from studio.runs.lock import is_locked

# A run on another machine counts as interrupted after this long without a heartbeat. Trainings
# write one every 5 seconds; the margin is for busy disks and slow networks.
HEARTBEAT_TIMEOUT_S = 45.0
MAX_STATUS_BYTES = 1 << 20

_NO_PROCESS = -1  # no valid process id


class RunStatus(StrEnum):
    """States of a run. `interrupted` and `paused` are never written.

    The process of an interrupted run has ended while it was `running`; a paused run is `running`
    and waits, for the reason in `Status.paused`. The numbers of a diverged run were no longer
    finite; its checkpoints are from before.
    """

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"
    FAILED = "failed"
    DIVERGED = "diverged"
    INTERRUPTED = "interrupted"

    @property
    def is_active(self) -> bool:
        """Whether a process trains the run, or waits to do so."""
        return self in (RunStatus.RUNNING, RunStatus.PAUSED)


@dataclass(frozen=True)
class Status:
    """The contents of status.json. Accuracies are fractions, times are seconds since the epoch.

    `paused` is why a running training waits, empty if it does not. `since` is when the process
    `pid` began to train the run, 0 where an earlier version did not record it.
    """

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
    paused: str = ""
    since: float = 0.0

    @classmethod
    def begin(cls, **values: Any) -> "Status":
        """The status of a run that this process starts now."""
        now = time.time()
        host = socket.gethostname()
        return cls(RunStatus.RUNNING, now, now, os.getpid(), host, since=now, **values)

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
        if self.status is RunStatus.RUNNING and self.paused:
            return RunStatus.PAUSED
        return self.status

    @property
    def holder(self) -> str:
        """The process that trains the run: “process 812 on node07 since 14:03”."""
        if self.status is not RunStatus.RUNNING or self.pid == _NO_PROCESS:
            return "another process"
        since = f" since {_clock_time(self.since)}" if self.since else ""
        return f"process {self.pid} on {self.host}{since}"

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
        status = _reader().validate_json(read_regular(path, MAX_STATUS_BYTES))
    except (OSError, ValueError):
        return None
    numbers = [value for value in dataclasses.astuple(status) if isinstance(value, float)]
    if not all(map(math.isfinite, numbers)):
        return None
    return _without_dead_process(status, path.parent)


def _without_dead_process(status: Status, folder: Path) -> Status:
    """Remove the process of a running run that does not hold the lock of the run.

    It has ended, or it goes on without training the run, as a window does.
    """
    is_here = status.status is RunStatus.RUNNING and status.host == socket.gethostname()
    if is_here and is_locked(folder) is False:
        return dataclasses.replace(status, pid=_NO_PROCESS)
    return status


def _clock_time(seconds: float) -> str:
    """The time of day, with the date if it is not today's."""
    try:
        moment = datetime.fromtimestamp(seconds)
    except (ValueError, OverflowError, OSError):
        return "an unknown time"
    is_today = moment.date() == datetime.now().date()
    return f"{moment:%H:%M}" if is_today else f"{moment:%Y-%m-%d %H:%M}"


@cache
def _reader() -> TypeAdapter[Status]:
    """Refuses values of a wrong type and ignores unknown keys."""
    return TypeAdapter(Status)
