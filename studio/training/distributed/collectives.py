"""Collective communication of tensors and objects between the processes of a training."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor

from studio.errors import StudioError


class ProcessLostError(StudioError):
    """Another process of the training ended or stopped responding."""

    def __init__(self, reason: str = "") -> None:
        """`reason` is what the other process reported before it ended, if anything."""
        super().__init__(
            reason or "Another process of this training ended or stopped responding.",
            "Resume from the last checkpoint with “train --resume RUN”, alone or under torchrun.",
        )


class Collectives:
    """The collective operations of torch.distributed, which raise ProcessLostError.

    All processes call the same methods in the same order.
    """

    def __init__(
        self, rank: int, world_size: int, read_failure: Callable[[], str], has_nccl: bool = False
    ) -> None:
        """`read_failure` returns what a lost process reported, or an empty string.

        Without NCCL, CUDA tensors are copied to the CPU and back.
        """
        self.rank, self.world_size = rank, world_size
        self._read_failure, self._has_nccl = read_failure, has_nccl

    def all_reduce_sum(self, values: Tensor) -> Tensor:
        """Replace `values` in place by their sum over all processes: the same bits in each."""
        buffer = self._to_transport(values)
        with self._translate_errors():
            dist.all_reduce(buffer)
        return values if buffer is values else values.copy_(buffer)

    def all_reduce_max(self, values: Sequence[float]) -> list[float]:
        """Return the maximum of each value over all processes."""
        # On the CPU, so that no process waits for its device.
        maxima = torch.tensor(values, dtype=torch.float64)
        with self._translate_errors():
            dist.all_reduce(maxima, dist.ReduceOp.MAX)
        return list(maxima.tolist())

    def all_gather(self, values: Tensor) -> Tensor:
        """Return the `values` of all processes, [world size, ...]."""
        buffer = self._to_transport(values.contiguous())
        gathered = buffer.new_empty(self.world_size, *values.shape)
        with self._translate_errors():
            dist.all_gather(list(gathered.unbind()), buffer)
        return gathered.to(values.device)

    def broadcast(self, values: Tensor) -> None:
        """Replace `values` in place by those of the main process."""
        buffer = self._to_transport(values.contiguous())
        with self._translate_errors():
            dist.broadcast(buffer, 0)
        values.copy_(buffer)

    def broadcast_object(self, value: Any) -> Any:
        """Return the `value` of the main process."""
        values = [value]
        with self._translate_errors():
            dist.broadcast_object_list(values, device=torch.device("cpu"))
        return values[0]

    def _to_transport(self, values: Tensor) -> Tensor:
        """Return `values`, or a copy of them on the CPU if the backend needs it."""
        return values if self._has_nccl else values.cpu()

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except RuntimeError as error:  # raised by torch for lost and unresponsive peers
            raise ProcessLostError(self._read_failure()) from error
