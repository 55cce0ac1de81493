"""Samples on the device, or streamed to it when they do not fit into its memory."""

from collections.abc import Generator, Sequence
from contextlib import closing
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.callbacks import ShouldStop, never_stop
from studio.errors import Stopped
from studio.training.backend.memory import available_bytes
from studio.training.input.streaming import Indices, Selection, StreamedSamples

Samples = Tensor | StreamedSamples

# Size of the pieces in which samples are copied to the device.
CHUNK_BYTES = 1 << 22


def load_samples(
    array: NDArray[Any], indices: Indices, device: str, should_stop: ShouldStop = never_stop
) -> Samples:
    """Return `array[indices]` on the device if it fits there, otherwise streamed.

    Raises DatasetError when the file cannot be read, Stopped when `should_stop` returns True.
    """
    streamed = StreamedSamples(array, indices, device, available_bytes(device))
    if streamed.nbytes > streamed.available_bytes:
        return streamed
    loaded = torch.empty(streamed.shape, dtype=streamed.dtype, device=device)
    chunk_size = max(1, CHUNK_BYTES * len(streamed) // max(streamed.nbytes, 1))
    chunks = _slices(len(streamed), chunk_size)
    with closing(streamed.read(chunks)) as reader:
        for chunk, values in zip(chunks, reader, strict=True):
            loaded[chunk] = values
            if chunk.stop < len(loaded) and should_stop():
                raise Stopped
    return loaded


def read_batches(
    samples: Samples, selections: Sequence[Selection]
) -> Generator[Tensor, None, None]:
    """Yield each selection of samples on their device: uint8, or float32 for stored float16.

    Index tensors are on the device if the samples are a tensor, otherwise on the CPU. A yielded
    tensor may be overwritten when the next one is requested. Close the generator to end early.
    Raises DatasetError like `StreamedSamples.read`.
    """
    if isinstance(samples, Tensor):
        yield from (_to_input_dtype(samples[selection]) for selection in selections)
        return
    with closing(samples.read(selections)) as reader:
        yield from map(_to_input_dtype, reader)


def read_chunks(samples: Samples, chunk_size: int) -> Generator[Tensor, None, None]:
    """Yield all samples in order, `chunk_size` at a time; otherwise like `read_batches`."""
    return read_batches(samples, _slices(len(samples), chunk_size))


def _slices(count: int, chunk_size: int) -> list[slice]:
    return [slice(start, start + chunk_size) for start in range(0, count, chunk_size)]


def _to_input_dtype(values: Tensor) -> Tensor:
    return values.float() if values.dtype == torch.float16 else values
