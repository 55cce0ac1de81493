"""All the processes of one training: for a process alone, itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from studio.callbacks import ShouldStop, never_stop
from studio.config import TrainConfig
from studio.training.distributed.launch import find_launch
from studio.training.distributed.sharding import Share

if TYPE_CHECKING:
    from studio.training.backend.devices import DeviceChoice

T = TypeVar("T")


class World:
    """One process. Several override each of these; they call the same methods in the same order."""

    # The one that writes the run folder and talks to the user.
    is_main = True
    size = 1
    # Processes that share the cores of this machine.
    local_size = 1
    # What stays the same when torchrun starts all again, and whether it has done so.
    launch_id = ""
    restarted = False

    def __init__(self) -> None:
        self.share = Share()

    def decide(self, make: Callable[[], T], should_stop: ShouldStop = never_stop) -> T:
        """What `make` gives in the main process, in all of them. However long it takes."""
        return make()

    def in_turn(self, work: Callable[[], T], should_stop: ShouldStop = never_stop) -> T:
        """Done by one process of each machine, then by the others, who find what it kept on disk.

        Raises Stopped in all when one was stopped.
        """
        return work()

    def check(self, config: TrainConfig) -> None:
        """Raise ConfigError or DeviceError for what so many processes cannot do."""

    def place(self, choice: "DeviceChoice") -> "DeviceChoice":
        """The device of this process among those of its kind. Raises as `check`."""
        return choice

    def stopper(self, should_stop: ShouldStop, most: int) -> ShouldStop:
        """Asked before every step, says in all processes before the same step that one shall stop.

        It asks the others at least every `most` steps.
        """
        return should_stop

    def fail(self, error: BaseException) -> None:
        """Tell the others why this process is about to end."""


@contextmanager
def open_world() -> Iterator[World]:
    """The processes that torchrun started together, or this one. Torch is loaded only for several.

    Raises LostError when they do not find each other.
    """
    launch = find_launch()
    if launch is None:
        yield World()
        return
    from studio.training.distributed.ranks import Ranks

    world = Ranks(launch)
    yield world
    world.leave()  # after an error there may be nobody left to say goodbye to
