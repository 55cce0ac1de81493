"""The processes that train one model. This module is imported without torch."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from studio.callbacks import ShouldStop, never_stop
from studio.config import TrainConfig

if TYPE_CHECKING:  # these modules import torch
    from studio.training.backend.devices import DeviceChoice
    from studio.training.distributed.collectives import Collectives

T = TypeVar("T")


class ProcessGroup:
    """A group of one process. `TorchrunGroup` overrides every method for several processes.

    All processes of a group call the same methods in the same order.
    """

    is_main = True  # The main process writes the run folder and reports to the user.
    world_size = 1
    local_world_size = 1  # processes that share the cores of this machine
    launch_id = ""  # stays the same when torchrun restarts the processes
    is_restart = False
    can_wait = True  # for longer than a step may take
    collectives: "Collectives | None" = None

    def broadcast_from_main(
        self, compute: Callable[[], T], should_stop: ShouldStop = never_stop
    ) -> T:
        """Return in every process what `compute` returns in the main process.

        The other processes wait for it without a time limit.
        """
        return compute()

    def local_main_first(self, work: Callable[[], T], should_stop: ShouldStop) -> T:
        """Run `work` in one process of each machine, then in the others.

        The others find on disk what the first one cached there. Raises Stopped in every process
        when one of them is stopped.
        """
        return work()

    def check(self, config: TrainConfig) -> None:
        """Raise ConfigError or DeviceError if the group cannot train with `config`."""

    def assign_device(self, choice: "DeviceChoice") -> "DeviceChoice":
        """Return the device of this process. Raises like `check`."""
        return choice

    def sync_should_stop(self, should_stop: ShouldStop, max_steps: int) -> ShouldStop:
        """Return a callback to call before every step, which stops all processes at the same step.

        The processes communicate at least every `max_steps` steps.
        """
        return should_stop

    def sync_changes(
        self, has_changes: Callable[[], bool], take_changes: Callable[[], T], nothing: T
    ) -> Callable[[], T]:
        """Return a callback to call after that of `sync_should_stop`, before every step.

        It returns what `take_changes` returns in the main process, in all processes before the same
        step, and mostly `nothing`.
        """
        return take_changes

    def report_pause(self) -> None:
        """Let the other processes know that this one, the main one, begins or ends to wait."""

    def report_stop(self) -> None:
        """Let the other processes know that this one was stopped while they wait for it."""

    def report_failure(self, error: BaseException) -> None:
        """Let the other processes know why this one is about to end."""
