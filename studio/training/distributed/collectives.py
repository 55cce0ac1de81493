"""Numbers that all processes exchange; a lost process becomes an error in plain words."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor

from studio.errors import StudioError


class LostError(StudioError):
    """Another process of the training is gone or silent."""


class Exchange:
    """All processes call the same methods in the same order. Each raises LostError."""

    def __init__(
        self, rank: int, size: int, why_lost: Callable[[], str], has_nccl: bool = False
    ) -> None:
        """`why_lost` tells what a lost process said before it went, or nothing.

        Without NCCL, numbers of a GPU go through the memory of the processor.
        """
        self.rank, self.size = rank, size
        self._why_lost, self._has_nccl = why_lost, has_nccl

    def add(self, values: Tensor) -> Tensor:
        """`values`, which become their sum over all processes, the same bits in each."""
        carried = self._carried(values)
        with self._watch():
            dist.all_reduce(carried)
        return values if carried is values else values.copy_(carried)

    def largest(self, values: Sequence[float]) -> list[float]:
        """The largest of each value over all processes."""
        # On the CPU, so that nobody waits for a device.
        own = torch.tensor(values, dtype=torch.float64)
        with self._watch():
            dist.all_reduce(own, dist.ReduceOp.MAX)
        return list(own.tolist())

    def gather(self, values: Tensor) -> Tensor:
        """What each process has, [size, ...]."""
        carried = self._carried(values.contiguous())
        everyone = carried.new_empty(self.size, *values.shape)
        with self._watch():
            dist.all_gather(list(everyone.unbind()), carried)
        return everyone.to(values.device)

    def copy_first(self, values: Tensor) -> None:
        """`values` become those of the first process."""
        dense = self._carried(values.contiguous())
        with self._watch():
            dist.broadcast(dense, 0)
        values.copy_(dense)

    def spread(self, value: Any) -> Any:
        """The `value` of the first process."""
        box = [value]
        with self._watch():
            dist.broadcast_object_list(box, device=torch.device("cpu"))
        return box[0]

    def _carried(self, values: Tensor) -> Tensor:
        """`values`, or a copy of them, where the processes can exchange them."""
        return values if self._has_nccl else values.cpu()

    @contextmanager
    def _watch(self) -> Iterator[None]:
        try:
            yield
        except RuntimeError as error:  # torch's errors of lost and of silent peers
            raise lost(self._why_lost()) from error


def lost(reason: str = "") -> LostError:
    """The plain words for a process that is gone."""
    return LostError(
        reason or "Another process of this training ended without a word or no longer answers.",
        "Go on from the last checkpoint with “train --resume RUN”, alone or under torchrun.",
    )
