"""Rows of a mapped file, read ahead of their use where they do not fit on the device."""

import math
import mmap
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.errors import DatasetError
from studio.training.input.prefetch import ReadAhead

Positions = NDArray[np.int64]
Part = Tensor | slice

# Buffers that are filled in turn, and how many of them a device may still be copying from.
_BUFFERS, _UNDER_WAY = 8, 3


@dataclass(frozen=True, eq=False)
class StreamedRows:
    """Rows `rows` of `array` [M, ...], uint8 or float16, which stay where they are.

    `room` is the number of bytes on the device into which they did not fit.
    """

    array: NDArray[Any]
    rows: Positions
    device: str
    room: int

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def shape(self) -> tuple[int, ...]:
        """That of all rows together."""
        return (len(self), *self.array.shape[1:])

    @property
    def dtype(self) -> torch.dtype:
        """Torch's name of the kind of number."""
        return torch.from_numpy(np.empty(0, self.array.dtype)).dtype

    @property
    def nbytes(self) -> int:
        """Bytes of all rows together."""
        return math.prod(self.shape) * self.array.itemsize

    @property
    def reason(self) -> str:
        """In a few words, where they are read from and why."""
        where = "disk" if self._mapping else "memory"
        return f"streamed from {where}: {_size(self.nbytes)} do not fit into {_size(self.room)}"

    def read(self, parts: Sequence[Part]) -> Generator[Tensor, None, None]:
        """The rows at each of `parts`, slices or positions on the CPU, on the device.

        A thread reads the next parts meanwhile; it is gone when the generator is closed. What was
        given may be overwritten once the next part is asked for. Raises DatasetError when the file
        can no longer be read.
        """
        every = np.arange(len(self))
        wanted = [every[part] if isinstance(part, slice) else part.numpy() for part in parts]
        if not wanted:
            return
        under_way: deque[tuple[Tensor, torch.cuda.Event | None]] = deque()
        with closing(ReadAhead(self._gather, wanted, self._buffers(wanted))) as reading:
            for positions in wanted:
                buffer = reading.take()
                copy = buffer[: len(positions)].to(self.device, non_blocking=self._on_cuda)
                under_way.append((buffer, self._mark()))
                yield copy
                if len(under_way) == _UNDER_WAY:
                    buffer, copied = under_way.popleft()
                    if copied:
                        copied.synchronize()
                    reading.give_back(buffer)

    @property
    def _on_cuda(self) -> bool:
        return self.device.startswith("cuda")

    @cached_property
    def _mapping(self) -> mmap.mmap | None:
        """The map that the array lies in, if it lies in one."""
        base: Any = self.array
        while isinstance(base, np.ndarray):
            base = base.base
        return base if isinstance(base, mmap.mmap) else None

    def _buffers(self, wanted: Sequence[Positions]) -> list[Tensor]:
        shape = (max(map(len, wanted)), *self.shape[1:])
        return [
            torch.empty(shape, dtype=self.dtype, pin_memory=self._on_cuda)
            for _ in wanted[:_BUFFERS]
        ]

    def _mark(self) -> torch.cuda.Event | None:
        """What tells when the device has done all that it was asked for so far."""
        if not self._on_cuda:
            return None
        event = torch.cuda.Event(blocking=True)  # type: ignore[no-untyped-call]
        event.record(torch.cuda.current_stream(self.device))
        return event

    def _gather(self, positions: Positions, buffer: Tensor) -> None:
        """Fill the beginning of the buffer, reading in the order of the file."""
        self._require_whole_file()
        rows = self.rows[positions]
        order = np.argsort(rows)
        buffer.numpy()[order] = self.array[rows[order]]

    def _require_whole_file(self) -> None:
        """Reading a map beyond the end of its file would kill the process."""
        try:
            whole = self._mapping is None or self._mapping.size() >= len(self._mapping)
        except OSError as error:
            raise _unreadable(error.strerror or str(error)) from error
        if not whole:
            raise _unreadable("their file was cut short")


def _unreadable(reason: str) -> DatasetError:
    return DatasetError(
        f"The prepared pictures can no longer be read: {reason}.",
        "Look to the disk they lie on, then resume the run: they are prepared again if need be.",
    )


def _size(count: int) -> str:
    unit, factor = ("GB", 1e9) if count >= 1e8 else ("MB", 1e6)
    return f"{count / factor:.1f} {unit}"
