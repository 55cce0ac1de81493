"""Data-parallel training with several processes that torchrun starts.

Every process trains on its shard of each batch; together they take the step that one process
would take with the whole batch.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from studio.training.distributed.process_group import ProcessGroup
from studio.training.torchrun import read_torchrun_launch


@contextmanager
def open_process_group() -> Iterator[ProcessGroup]:
    """Join the processes that torchrun started, or yield a group of this process alone.

    Raises ProcessLostError when the processes do not find each other.
    """
    launch = read_torchrun_launch()
    if launch is None:
        yield ProcessGroup()
        return
    # Imports torch, which a single process loads later, if at all.
    from studio.training.distributed.torchrun_group import TorchrunGroup

    group = TorchrunGroup(launch)
    yield group
    group.close()  # not after an error: the other processes may be gone
