"""How many OpenMP threads torch uses for what the calling thread asks of it."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


def set_threads(count: int) -> None:
    """Use `count` threads for the calling thread from here on.

    torch keeps the count per thread. A thread that has not read it yet starts with what any thread
    set last, also after a call of its own: so it is read first.
    """
    torch.get_num_threads()
    torch.set_num_threads(count)


@contextmanager
def use_threads(count: int) -> Iterator[None]:
    """Use `count` threads for the calling thread within the block."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
