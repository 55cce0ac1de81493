"""How many threads torch uses on the CPU: the setting of a thread, and the number to choose."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from studio.config import TrainConfig
from studio.models import summarize
from studio.training.backend.processor import count_cores

# Multiply-adds of a batch in the forward pass that occupy one thread.
_MULTIPLY_ADDS_PER_THREAD = 100_000_000


def set_threads(count: int) -> None:
    """Use `count` OpenMP threads for the calling thread from now on.

    torch keeps the number per thread. A thread that has not read its number yet starts with the
    one that any thread set last, even after setting its own; so it is read first.
    """
    torch.get_num_threads()
    torch.set_num_threads(count)


@contextmanager
def use_threads(count: int) -> Iterator[None]:
    """Use `count` OpenMP threads for the calling thread within the block."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def choose_threads(config: TrainConfig, processes: int = 1) -> int:
    """Return the number of threads of a training: as many cores as a step has work for.

    `processes` of one training share the cores of the machine. The number does not depend on what
    else runs, so that the same seed gives the same bits.
    """
    if config.engine.threads:
        return config.engine.threads
    work = summarize(config.model).multiply_adds * config.optim.batch_size
    cores = count_cores() // processes if processes > 1 else max_threads()
    return max(1, min(cores, work // _MULTIPLY_ADDS_PER_THREAD))


def max_threads() -> int:
    """Return the largest number of threads that a training should use.

    On two cores it is two: these threads hardly wait for each other, see `overlap`. On more cores
    OpenMP threads wait for the slowest of them in every operation, so one core stays free for the
    window and other programs.
    """
    cores = count_cores()
    return cores if cores <= 2 else cores - 1


def evaluation_threads(beside_training: bool) -> int:
    """Return the threads of an evaluation: one beside a training, which uses all cores."""
    return 1 if beside_training else max_threads()
