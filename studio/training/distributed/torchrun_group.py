"""A process group of several processes that torchrun started."""

import dataclasses
import socket
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import count
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch.distributed.distributed_c10d import PrefixStore
from torch.distributed.rendezvous import rendezvous

from studio.callbacks import ShouldStop, never_stop
from studio.config import TrainConfig
from studio.errors import ConfigError, DeviceError, Stopped
from studio.training.backend.devices import DeviceChoice, describe_device
from studio.training.distributed.collectives import (
    STEP_TIMEOUT,
    Collectives,
    ProcessLostError,
)
from studio.training.distributed.process_group import ProcessGroup
from studio.training.distributed.status_store import StatusStore
from studio.training.torchrun import TorchrunLaunch

T = TypeVar("T")

# How long the processes may take to find each other.
_START_TIMEOUT = timedelta(minutes=10)
# While the main process says that it waits, for example for room on its disk.
_WAIT_TIMEOUT = timedelta(days=30)
# A stop request is noticed after about this long.
_STOP_DELAY_S = 1.0
_DONE, _STOPPED, _FAILED = "done", "stopped", "failed"


class TorchrunGroup(ProcessGroup):
    """One of several processes, each training on its shard of every batch."""

    def __init__(self, launch: TorchrunLaunch) -> None:
        """Raises ProcessLostError when some processes do not join."""
        self._launch = launch
        self.is_main, self.world_size = launch.rank == 0, launch.world_size
        self.local_world_size = launch.local_world_size
        self.launch_id, self.is_restart = launch.id, launch.restarts > 0
        # All processes of a machine must choose the same backend. NCCL refuses two on one GPU.
        has_nccl = has_gpu_per_process(launch) and dist.is_nccl_available()
        if has_nccl:
            torch.cuda.set_device(launch.local_rank)
        try:
            shared_store, _, _ = next(rendezvous("env://", timeout=_START_TIMEOUT))
            # The store outlives the processes: restarted ones must not read the old statuses.
            store = PrefixStore(f"vgg-studio/{launch.restarts}", shared_store)
            self._statuses = StatusStore(store)
            self._calls = count()  # every process counts the same calls
            self._run_and_report(lambda: None, next(self._calls))
            self._wait_for_all(0, never_stop)
            backend = "cpu:gloo,cuda:nccl" if has_nccl else "gloo"
            dist.init_process_group(
                backend,
                store=store,
                rank=launch.rank,
                world_size=launch.world_size,
                timeout=STEP_TIMEOUT,
            )
            # torch returns a number to processes outside of the group, of which there are none.
            patient: Any = None
            if not has_nccl:
                patient = dist.new_group(timeout=_WAIT_TIMEOUT, backend="gloo")
        except RuntimeError as error:
            raise ProcessLostError from error
        self.collectives: Collectives = Collectives(
            launch.rank, launch.world_size, self._statuses, has_nccl, patient
        )
        self.can_wait = patient is not None

    def close(self) -> None:
        """Leave the group after a training that ended without an error."""
        dist.destroy_process_group()

    def broadcast_from_main(
        self, compute: Callable[[], T], should_stop: ShouldStop = never_stop
    ) -> T:
        call = next(self._calls)
        value = self._run_and_report(compute, call) if self.is_main else None
        self._wait_for(call, 0, should_stop)
        result: T = self.collectives.broadcast_object(value)
        return result

    def local_main_first(self, work: Callable[[], T], should_stop: ShouldStop) -> T:
        call = next(self._calls)
        if self._launch.local_rank:
            self._wait_for(call, self._launch.rank - self._launch.local_rank, should_stop)
        try:
            result = self._run_and_report(work, call)
        except Stopped:
            # torchrun ends lost processes with the signal of a stop: check that all are alive.
            self._wait_for_all(call, should_stop)
            raise
        self._wait_for_all(call, should_stop)
        return result

    def check(self, config: TrainConfig) -> None:
        require_sample_per_process(config.optim.batch_size, self._launch)
        self.assign_device(describe_device(config.engine.device))

    def assign_device(self, choice: DeviceChoice) -> DeviceChoice:
        return assign_device(choice, self._launch)

    def sync_should_stop(self, should_stop: ShouldStop, max_steps: int) -> ShouldStop:
        self._synced = SyncedStop(should_stop, max_steps, self.collectives.all_reduce_max)
        return self._synced

    def sync_changes(
        self, has_changes: Callable[[], bool], take_changes: Callable[[], T], nothing: T
    ) -> Callable[[], T]:
        synced = self._synced
        synced.has_changes = has_changes if self.is_main else never_stop

        def take() -> T:
            if not synced.changes_follow:
                return nothing
            changes: T = self.collectives.broadcast_object(take_changes())
            return changes

        return take

    def report_pause(self) -> None:
        self._statuses.write_pause()

    def report_stop(self) -> None:
        self._statuses.write_stop()

    def report_failure(self, error: BaseException) -> None:
        message = " ".join(str(error).split()) or type(error).__name__
        self._statuses.write_failure(
            f"Process {self._launch.rank} on {socket.gethostname()} failed: {message}"
        )

    def _run_and_report(self, work: Callable[[], T], call: int) -> T:
        """Run `work`, and report to the other processes how it ended."""
        status = _FAILED
        try:
            result = work()
            status = _DONE
        except Stopped:
            status = _STOPPED
            raise
        except BaseException as error:
            self.report_failure(error)
            raise
        finally:
            self._statuses.write(f"{call}/{self._launch.rank}", status)
        return result

    def _wait_for(self, call: int, rank: int, should_stop: ShouldStop) -> None:
        """Wait until a process has finished its work. Raises Stopped, ProcessLostError."""
        status = self._statuses.wait(f"{call}/{rank}", should_stop)
        if status == _STOPPED:
            raise Stopped
        if status == _FAILED:
            raise ProcessLostError(self._statuses.read_failure())

    def _wait_for_all(self, call: int, should_stop: ShouldStop) -> None:
        for rank in range(self.world_size):
            self._wait_for(call, rank, should_stop)


class SyncedStop:
    """A `should_stop` that returns True in all processes before the same step.

    A step may take a millisecond or ten seconds. The processes communicate about once a second by
    the pace of the slowest one, and at least every `max_steps` steps.
    """

    def __init__(
        self,
        should_stop: ShouldStop,
        max_steps: int,
        all_reduce_max: Callable[[Sequence[float]], list[float]],
    ) -> None:
        self._should_stop, self._max_steps = should_stop, max_steps
        self._all_reduce_max = all_reduce_max
        self._countdown = self._interval = 1
        self._last_sync = float("-inf")  # the time of a step is still unknown
        self.has_changes = never_stop  # whether this process has something for the others
        self.changes_follow = False  # whether some process had, at the last call

    def __call__(self) -> bool:
        self._countdown -= 1
        self.changes_follow = False
        if self._countdown:
            return False
        now = time.perf_counter()
        step_s = (now - self._last_sync) / self._interval
        stop, changes = float(self._should_stop()), float(self.has_changes())
        stop, step_s, changes = self._all_reduce_max((stop, step_s, changes))
        self.changes_follow = bool(changes)
        self._last_sync = now
        steps = int(_STOP_DELAY_S / max(step_s, 1e-6))
        self._countdown = self._interval = max(1, min(self._max_steps, steps))
        return bool(stop)


def assign_device(choice: DeviceChoice, launch: TorchrunLaunch) -> DeviceChoice:
    """Return the CPU, a GPU for this process alone, or the one GPU chosen for all processes.

    Raises DeviceError when there are too few GPUs, ConfigError when one GPU is chosen although
    there are enough.
    """
    device_type, _, index = choice.device.partition(":")
    assigned = dataclasses.replace(choice, reason=f"{choice.reason}, {launch.world_size} processes")
    if device_type == "cpu":
        return assigned
    if device_type != "cuda":
        raise DeviceError("Only one process can use an Apple GPU.", "Add --device cpu.")
    if index and not has_gpu_per_process(launch):
        return dataclasses.replace(assigned, reason=f"{assigned.reason} on one GPU")
    if index:
        message = f"“{choice.device}” is one GPU, but each process needs a GPU of its own."
        raise ConfigError("engine.device", message, "Choose “cuda”.")
    gpus = torch.cuda.device_count()
    if launch.local_world_size > gpus:
        message = f"{launch.local_world_size} processes need one GPU each, but there are {gpus}."
        hint = f"Start --nproc-per-node={gpus}, or add --device cpu, or cuda:0 to share that GPU."
        raise DeviceError(message, hint)
    return dataclasses.replace(assigned, device=f"cuda:{launch.local_rank}")


def has_gpu_per_process(launch: TorchrunLaunch) -> bool:
    """Whether each process of this machine can have a GPU of its own."""
    return launch.local_world_size <= torch.cuda.device_count()


def require_sample_per_process(batch_size: int, launch: TorchrunLaunch) -> None:
    """Raise ConfigError if the batches are too small for some process to receive a sample."""
    if batch_size < launch.world_size:
        raise ConfigError(
            "optim.batch_size",
            f"{launch.world_size} processes cannot share batches of {batch_size}.",
            "Start fewer processes, or raise optim.batch_size.",
        )
