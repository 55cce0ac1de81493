"""Collective communication of tensors and objects between the processes of a training."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final, Protocol

import torch
import torch.distributed as dist
from torch import Tensor

from studio.errors import Stopped, StudioError

# How long a process may keep the others waiting in a step. A killed one is noticed at once; the
# timeout is for one that hangs.
STEP_TIMEOUT: Final = timedelta(seconds=45)


class ProcessLostError(StudioError):
    """Another process of the training ended or stopped responding."""

    def __init__(self, reason: str = "") -> None:
        """`reason` is what the other process reported before it ended, if anything."""
        super().__init__(
            reason or "Another process of this training ended or stopped responding.",
            "Resume from the last checkpoint with “train --resume RUN”, alone or under torchrun.",
        )


class Peers(Protocol):
    """What the other processes have reported."""

    def read_failure(self) -> str:
        """Return why a process failed, or an empty string."""

    def has_stopped(self) -> bool:
        """Whether the main process has ended after a stop request."""

    def count_pauses(self) -> int:
        """How often the main process began or ended to wait: an odd number while it waits."""


class Collectives:
    """The collective operations of torch.distributed, which raise ProcessLostError.

    They wait as long as the main process says that it waits, and raise Stopped when it is stopped
    meanwhile. All processes call the same methods in the same order.
    """

    def __init__(
        self,
        rank: int,
        world_size: int,
        peers: Peers,
        has_nccl: bool = False,
        patient_group: dist.ProcessGroup | None = None,
    ) -> None:
        """Without NCCL, CUDA tensors are copied to the CPU and back.

        `patient_group` has a longer timeout than `STEP_TIMEOUT`. Without it, as with NCCL, which
        can only wait on the device, a process that waits for longer is lost.
        """
        self.rank, self.world_size = rank, world_size
        self._peers, self._has_nccl = peers, has_nccl
        self._group, self._pauses = patient_group, 0

    def all_reduce_sum(self, values: Tensor) -> Tensor:
        """Replace `values` in place by their sum over all processes: the same bits in each."""
        buffer = self._to_transport(values)
        with self._translate_errors():
            self._finish(dist.all_reduce(buffer, **self._options))
        return values if buffer is values else values.copy_(buffer)

    def all_reduce_max(self, values: Sequence[float]) -> list[float]:
        """Return the maximum of each value over all processes."""
        # On the CPU, so that no process waits for its device.
        maxima = torch.tensor(values, dtype=torch.float64)
        with self._translate_errors():
            self._finish(dist.all_reduce(maxima, dist.ReduceOp.MAX, **self._options))
        return list(maxima.tolist())

    def all_gather(self, values: Tensor) -> Tensor:
        """Return the `values` of all processes, [world size, ...]."""
        buffer = self._to_transport(values.contiguous())
        gathered = buffer.new_empty(self.world_size, *values.shape)
        with self._translate_errors():
            self._finish(dist.all_gather(list(gathered.unbind()), buffer, **self._options))
        return gathered.to(values.device)

    def broadcast(self, values: Tensor) -> None:
        """Replace `values` in place by those of the main process."""
        buffer = self._to_transport(values.contiguous())
        with self._translate_errors():
            self._finish(dist.broadcast(buffer, 0, **self._options))
        values.copy_(buffer)

    def broadcast_object(self, value: Any) -> Any:
        """Return the `value` of the main process."""
        values = [value]
        with self._translate_errors():
            dist.broadcast_object_list(values, device=torch.device("cpu"))
        return values[0]

    @property
    def _options(self) -> dict[str, Any]:
        return {"group": self._group, "async_op": self._group is not None}

    def _finish(self, work: dist.Work | None) -> None:
        """Wait for an operation, for as long as the main process reports to wait."""
        while work is not None:
            try:
                work.wait(STEP_TIMEOUT)
                return
            except RuntimeError:
                if work.is_completed() or not self._has_paused():
                    raise

    def _has_paused(self) -> bool:
        """Whether the main process waits, or has waited since the last call."""
        before, self._pauses = self._pauses, self._peers.count_pauses()
        return self._pauses != before or self._pauses % 2 == 1

    def _to_transport(self, values: Tensor) -> Tensor:
        """Return `values`, or a copy of them on the CPU if the backend needs it."""
        return values if self._has_nccl else values.cpu()

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except RuntimeError as error:  # raised by torch for lost and unresponsive peers
            if self._peers.has_stopped():
                raise Stopped from None
            raise ProcessLostError(self._peers.read_failure()) from error
