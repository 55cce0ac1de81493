"""Training steps as a CUDA graph: recorded once, then replayed with a single launch."""

import logging
from collections import Counter
from collections.abc import Callable
from typing import Protocol

import torch
from torch import Tensor

from studio.formatting import byte_size

Outputs = tuple[Tensor, Tensor, Tensor]
Step = Callable[..., Outputs]
Shapes = tuple[torch.Size, ...]

# Steps before the recording, in which cuDNN chooses kernels and the optimizer allocates buffers.
WARM_UP_STEPS = 3

# Factor for gradients and library workspaces, which the measured memory does not include.
_MEMORY_MARGIN = 1.5


class GraphRecorder(Protocol):
    """Runs work on a device, and records it."""

    def run(self, work: Callable[[], Outputs]) -> Outputs:
        """Run `work` without recording it."""

    def record(self, work: Callable[[], Outputs]) -> tuple[Outputs, Callable[[], None]]:
        """Record `work` without running it; return its output tensors and a replay function.

        Raises RuntimeError when it cannot be recorded; then nothing of `work` has been executed.
        """


class CudaGraphRecorder:
    """Runs and records on a separate stream of the current device.

    Follows https://docs.pytorch.org/docs/stable/notes/cuda.html#whole-network-capture
    """

    def __init__(self) -> None:
        self._stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        torch.cuda.reset_peak_memory_stats()  # the warm-up steps measure the memory of a step

    def run(self, work: Callable[[], Outputs]) -> Outputs:
        """Run on the stream of the recording, where autograd expects the gradients."""
        before = torch.cuda.current_stream()
        self._stream.wait_stream(before)
        try:
            with torch.cuda.stream(self._stream):
                return work()
        finally:  # also when memory runs out: later work must not overtake what was launched
            before.wait_stream(self._stream)

    def record(self, work: Callable[[], Outputs]) -> tuple[Outputs, Callable[[], None]]:
        step_bytes = torch.cuda.max_memory_allocated() - torch.cuda.memory_allocated()
        require_memory(step_bytes, _available_bytes())
        graph = torch.cuda.CUDAGraph()
        try:
            # Other threads may use the device at the same time.
            with torch.cuda.graph(graph, stream=self._stream, capture_error_mode="thread_local"):
                outputs = work()
        except RuntimeError:
            torch.cuda.synchronize()
            raise
        return outputs, graph.replay


def _available_bytes() -> int:
    """Return the memory of the current device that this process can still allocate."""
    free, total = torch.cuda.mem_get_info()
    allocated = torch.cuda.memory_allocated()
    cached = torch.cuda.memory_reserved() - allocated
    allowed = torch.cuda.get_per_process_memory_fraction() * total - allocated
    return int(min(free + cached, allowed))


def require_memory(step_bytes: int, available_bytes: int) -> None:
    """Raise RuntimeError unless there is memory for a graph, which holds that of a step.

    If memory runs out during a recording, torch before 2.12 cannot free any memory afterwards.
    """
    if step_bytes * _MEMORY_MARGIN > available_bytes:
        raise RuntimeError(
            f"it takes {byte_size(step_bytes)}, {byte_size(available_bytes)} are free"
        )


class GraphedStep:
    """Runs a training step on a CUDA device, as a graph after the first steps.

    The first batch shape that occurs four times is recorded; batches of other shapes, such as the
    last one of an epoch, run without the graph. Every call is a real step, also those before the
    recording. A replay overwrites the returned tensors of the one before.
    """

    def __init__(self, recorder: GraphRecorder | None = None) -> None:
        self._recorder = recorder or CudaGraphRecorder()
        self._calls: Counter[Shapes] = Counter()
        self._shapes: Shapes | None = None
        self._inputs: tuple[Tensor, ...] = ()
        self._outputs: Outputs | None = None
        self._replay: Callable[[], None] | None = None

    @property
    def is_recorded(self) -> bool:
        """Whether steps are replayed by now."""
        return self._replay is not None

    def __call__(self, step: Step, *inputs: Tensor) -> Outputs:
        """Run `step(*inputs)`. It must be the same step in every call."""
        shapes = tuple(tensor.shape for tensor in inputs)
        if self._shapes is None:
            self._calls[shapes] += 1
            # Not the first shape: a resumed epoch can begin with its small last batch.
            if self._calls[shapes] > WARM_UP_STEPS:
                self._record(step, inputs, shapes)
        if shapes != self._shapes or self._replay is None or self._outputs is None:
            return self._recorder.run(lambda: step(*inputs))
        for graph_input, value in zip(self._inputs, inputs, strict=True):
            graph_input.copy_(value, non_blocking=True)
        self._replay()
        return self._outputs

    def _record(self, step: Step, inputs: tuple[Tensor, ...], shapes: Shapes) -> None:
        """Record the step once; if that fails, steps continue to run without a graph."""
        self._shapes = shapes
        self._inputs = tuple(tensor.clone() for tensor in inputs)
        try:
            self._outputs, self._replay = self._recorder.record(lambda: step(*self._inputs))
        except RuntimeError as error:
            self._inputs = ()
            logging.getLogger(__name__).warning("The step runs without a CUDA graph: %s", error)
