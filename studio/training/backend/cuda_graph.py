"""A training step recorded once as a CUDA graph, then replayed: one launch, not a hundred."""

import logging
from collections import Counter
from collections.abc import Callable
from typing import Protocol

import torch
from torch import Tensor

Outputs = tuple[Tensor, Tensor]
Step = Callable[..., Outputs]
Shapes = tuple[torch.Size, ...]

# Steps before the recording: cuDNN picks its kernels and the optimizer makes its buffers in them.
WARM_STEPS = 3

# Gradients and the workspaces of libraries come in addition to what was measured.
_SPARE = 1.5


class Recorder(Protocol):
    """What runs work on a device, and records it."""

    def run(self, work: Callable[[], Outputs]) -> Outputs:
        """Run `work` without recording it."""

    def record(self, work: Callable[[], Outputs]) -> tuple[Outputs, Callable[[], None]]:
        """Record `work` without running it: the tensors it writes to, and what replays it.

        Raises RuntimeError when it cannot be recorded; nothing of `work` has happened then.
        """


class CudaRecorder:
    """Runs and records on a stream of its own of the current device.

    After https://docs.pytorch.org/docs/stable/notes/cuda.html#whole-network-capture
    """

    def __init__(self) -> None:
        self._stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        torch.cuda.reset_peak_memory_stats()  # the steps before the recording say what one takes

    def run(self, work: Callable[[], Outputs]) -> Outputs:
        """On the stream of the recording, where autograd will look for the gradients."""
        before = torch.cuda.current_stream()
        self._stream.wait_stream(before)
        try:
            with torch.cuda.stream(self._stream):
                return work()
        finally:  # also where memory ran out: what follows must not overtake what was launched
            before.wait_stream(self._stream)

    def record(self, work: Callable[[], Outputs]) -> tuple[Outputs, Callable[[], None]]:
        require_room(torch.cuda.max_memory_allocated() - torch.cuda.memory_allocated(), _room())
        graph = torch.cuda.CUDAGraph()
        try:
            # Other threads may use the device meanwhile.
            with torch.cuda.graph(graph, stream=self._stream, capture_error_mode="thread_local"):
                outputs = work()
        except RuntimeError:
            torch.cuda.synchronize()
            raise
        return outputs, graph.replay


def _room() -> int:
    """Bytes that this process could still take of the current device."""
    free, total = torch.cuda.mem_get_info()
    allocated = torch.cuda.memory_allocated()
    cached = torch.cuda.memory_reserved() - allocated
    allowed = torch.cuda.get_per_process_memory_fraction() * total - allocated
    return int(min(free + cached, allowed))


def require_room(step_bytes: int, room_bytes: int) -> None:
    """Raise RuntimeError unless a graph has room for what a step takes for a while.

    A graph has memory of its own. When it runs out amid a recording, versions of torch before 2.12
    are left in a state in which no memory can be freed any more.
    """
    if step_bytes * _SPARE > room_bytes:
        raise RuntimeError(
            f"it takes {step_bytes / 1e9:.1f} GB, {room_bytes / 1e9:.1f} GB are free"
        )


class GraphedStep:
    """Calls a step on a CUDA device, as a graph once a shape of batches has come four times.

    Every call is a true step, those before the recording too. Batches of other shapes, such as an
    epoch's last, run without the graph. The tensors returned are those of the graph: the next call
    overwrites them.
    """

    def __init__(self, recorder: Recorder | None = None) -> None:
        self._recorder = recorder or CudaRecorder()
        self._calls: Counter[Shapes] = Counter()
        self._shapes: Shapes | None = None
        self._inputs: tuple[Tensor, ...] = ()
        self._outputs: Outputs | None = None
        self._replay: Callable[[], None] | None = None

    @property
    def recorded(self) -> bool:
        """Whether steps are replayed by now."""
        return self._replay is not None

    def __call__(self, step: Step, *inputs: Tensor) -> Outputs:
        """Run `step(*inputs)`. It must be the same step in every call."""
        shapes = tuple(tensor.shape for tensor in inputs)
        if self._shapes is None:
            self._calls[shapes] += 1
            # Not the first shape: an epoch that is resumed can begin with its last, small batch.
            if self._calls[shapes] > WARM_STEPS:
                self._record(step, inputs, shapes)
        if shapes != self._shapes or self._replay is None or self._outputs is None:
            return self._recorder.run(lambda: step(*inputs))
        for own, other in zip(self._inputs, inputs, strict=True):
            own.copy_(other, non_blocking=True)
        self._replay()
        return self._outputs

    def _record(self, step: Step, inputs: tuple[Tensor, ...], shapes: Shapes) -> None:
        """Once: what cannot be recorded goes on step by step."""
        self._shapes = shapes
        self._inputs = tuple(tensor.clone() for tensor in inputs)
        try:
            self._outputs, self._replay = self._recorder.record(lambda: step(*self._inputs))
        except RuntimeError as error:
            self._inputs = ()
            logging.getLogger(__name__).warning("The step runs without a CUDA graph: %s", error)
