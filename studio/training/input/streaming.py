"""Samples of a memory-mapped file, streamed to a device whose memory they do not fit into."""

import math
import mmap
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.errors import DatasetError
from studio.training.input.prefetch import Prefetcher

Indices = NDArray[np.int64]
Selection = Tensor | slice

# Number of reused buffers, and from how many of them the device may still be copying.
_BUFFERS, _MAX_PENDING_COPIES = 8, 3


@dataclass(frozen=True, eq=False)
class StreamedSamples:
    """The samples `indices` of `array` [M, ...], uint8 or float16, which stay in the file.

    `available_bytes` is the memory of the device into which they do not fit.
    """

    array: NDArray[Any]
    indices: Indices
    device: str
    available_bytes: int

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, selection: slice) -> "StreamedSamples":
        return replace(self, indices=self.indices[selection])

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of all samples together."""
        return (len(self), *self.array.shape[1:])

    @property
    def dtype(self) -> torch.dtype:
        """The torch dtype of the stored values."""
        return torch.from_numpy(np.empty(0, self.array.dtype)).dtype

    @property
    def nbytes(self) -> int:
        """Size of all samples together."""
        return math.prod(self.shape) * self.array.itemsize

    @property
    def reason(self) -> str:
        """Where the samples are read from and why, as a short message."""
        source = "disk" if self._mapping else "memory"
        size, available = _format_size(self.nbytes), _format_size(self.available_bytes)
        return f"streamed from {source}: {size} do not fit into {available}"

    def read(self, selections: Sequence[Selection]) -> Generator[Tensor, None, None]:
        """Yield each selection, a slice or an index tensor on the CPU, on the device.

        A thread prefetches the next selections; closing the generator ends it. A yielded tensor
        may be overwritten when the next one is requested. Raises DatasetError when the file can no
        longer be read.
        """
        positions = np.arange(len(self))
        batches = [positions[s] if isinstance(s, slice) else s.numpy() for s in selections]
        if not batches:
            return
        pending: deque[tuple[Tensor, torch.cuda.Event | None]] = deque()
        with closing(
            Prefetcher(self.fill_buffer, batches, self._allocate_buffers(batches))
        ) as prefetch:
            for batch in batches:
                buffer = prefetch.get()
                copy = buffer[: len(batch)].to(self.device, non_blocking=self._on_cuda)
                pending.append((buffer, self._record_event()))
                yield copy
                if len(pending) == _MAX_PENDING_COPIES:
                    buffer, copied = pending.popleft()
                    if copied:
                        copied.synchronize()
                    prefetch.release(buffer)

    @property
    def _on_cuda(self) -> bool:
        return self.device.startswith("cuda")

    @cached_property
    def _mapping(self) -> mmap.mmap | None:
        """The memory map that contains the array, if there is one."""
        base: Any = self.array
        while isinstance(base, np.ndarray):
            base = base.base
        return base if isinstance(base, mmap.mmap) else None

    def _allocate_buffers(self, batches: Sequence[Indices]) -> list[Tensor]:
        shape = (max(map(len, batches)), *self.shape[1:])
        return [
            torch.empty(shape, dtype=self.dtype, pin_memory=self._on_cuda)
            for _ in batches[:_BUFFERS]
        ]

    def _record_event(self) -> torch.cuda.Event | None:
        """Return an event that completes with the work submitted to the device so far."""
        if not self._on_cuda:
            return None
        event = torch.cuda.Event(blocking=True)  # type: ignore[no-untyped-call]
        event.record(torch.cuda.current_stream(self.device))
        return event

    def fill_buffer(self, batch: Indices, buffer: Tensor) -> None:
        """Fill the beginning of the buffer, reading in the order of the file."""
        self._require_whole_file()
        indices = self.indices[batch]
        order = np.argsort(indices)
        buffer.numpy()[order] = self.array[indices[order]]

    def _require_whole_file(self) -> None:
        """Raise DatasetError if the file is shorter than its map: reading on would be a SIGBUS."""
        try:
            is_whole = self._mapping is None or self._mapping.size() >= len(self._mapping)
        except OSError as error:
            raise _unreadable(error.strerror or str(error)) from error
        if not is_whole:
            raise _unreadable("the file was cut short")


def _unreadable(reason: str) -> DatasetError:
    return DatasetError(
        f"The prepared images can no longer be read: {reason}.",
        "Check the disk, then resume the run: the images are prepared again if necessary.",
    )


def _format_size(count: int) -> str:
    unit, factor = ("GB", 1e9) if count >= 1e8 else ("MB", 1e6)
    return f"{count / factor:.1f} {unit}"
