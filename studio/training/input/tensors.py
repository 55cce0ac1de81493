"""Rows as a network takes them, wherever they lie."""

from collections.abc import Generator, Sequence
from contextlib import closing
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.callbacks import ShouldStop, never_stop
from studio.errors import Stopped
from studio.training.backend.memory import room_for_rows
from studio.training.input.streaming import Part, Positions, StreamedRows

Rows = Tensor | StreamedRows

# At a time on their way to the device.
_PORTION_BYTES = 1 << 22


def place_rows(
    array: NDArray[Any], rows: Positions, device: str, should_stop: ShouldStop = never_stop
) -> Rows:
    """`array[rows]` on the device where it has room for them, else as they lie.

    Raises DatasetError when the file cannot be read, Stopped when asked to stop.
    """
    streamed = StreamedRows(array, rows, device, room_for_rows(device))
    if streamed.nbytes > streamed.room:
        return streamed
    placed = torch.empty(streamed.shape, dtype=streamed.dtype, device=device)
    portion = max(1, _PORTION_BYTES * len(streamed) // max(streamed.nbytes, 1))
    parts = _slices(len(streamed), portion)
    with closing(streamed.read(parts)) as reading:
        for part, some in zip(parts, reading, strict=True):
            placed[part] = some
            if part.stop < len(placed) and should_stop():
                raise Stopped
    return placed


def read_parts(rows: Rows, parts: Sequence[Part]) -> Generator[Tensor, None, None]:
    """The rows at each of `parts` on their device: uint8, or float32 where they were float16.

    Positions are on the device for a tensor, else on the CPU. What was given may be overwritten
    once the next part is asked for. Close the generator to end early. Raises as `read` does.
    """
    if isinstance(rows, Tensor):
        yield from (_widen(rows[part]) for part in parts)
        return
    with closing(rows.read(parts)) as reading:
        yield from map(_widen, reading)


def read_all(rows: Rows, portion: int) -> Generator[Tensor, None, None]:
    """All rows in order, `portion` at a time; else as `read_parts`."""
    return read_parts(rows, _slices(len(rows), portion))


def _slices(count: int, portion: int) -> list[slice]:
    return [slice(start, start + portion) for start in range(0, count, portion)]


def _widen(rows: Tensor) -> Tensor:
    return rows.float() if rows.dtype == torch.float16 else rows
