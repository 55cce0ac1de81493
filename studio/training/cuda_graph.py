"""A training step recorded once and then replayed: one launch where there were a hundred."""

import logging
from collections.abc import Callable

import torch
from torch import Tensor

Step = Callable[[Tensor, Tensor, Tensor], tuple[Tensor, Tensor]]

# Steps before the recording: cuDNN picks its kernels and the optimizer makes its buffers in them.
WARM_STEPS = 3


class GraphedStep:
    """Calls `step(images, labels, chance)` on a CUDA device, from the fourth time on as a graph.

    Every call is a true step, those before the recording too. A batch of another shape, such as an
    epoch's last, runs as it would without a graph. The tensors returned are those of the graph:
    the next call overwrites them. After
    https://docs.pytorch.org/docs/stable/notes/cuda.html#whole-network-capture
    """

    def __init__(self, step: Step) -> None:
        self._step = step
        self._stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        self._graph: torch.cuda.CUDAGraph | None = None
        self._inputs: tuple[Tensor, Tensor, Tensor] | None = None
        self._outputs: tuple[Tensor, Tensor] | None = None
        self._calls = 0

    @property
    def recorded(self) -> bool:
        """Whether steps are replayed by now."""
        return self._graph is not None

    def __call__(self, images: Tensor, labels: Tensor, chance: Tensor) -> tuple[Tensor, Tensor]:
        given = images, labels, chance
        if self._inputs is None:
            self._inputs = images.clone(), labels.clone(), chance.clone()
        if not self._fits(given):
            return self._run_eagerly(given)
        self._calls += 1
        if self._calls == WARM_STEPS + 1:
            self._record()
        if self._graph is None or self._outputs is None:
            return self._run_eagerly(given)
        for own, other in zip(self._inputs, given, strict=True):
            own.copy_(other, non_blocking=True)
        self._graph.replay()
        return self._outputs

    def _fits(self, given: tuple[Tensor, ...]) -> bool:
        assert self._inputs is not None
        return all(own.shape == other.shape for own, other in zip(self._inputs, given, strict=True))

    def _run_eagerly(self, given: tuple[Tensor, Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        """On the stream of the recording, where autograd will look for the gradients."""
        before = torch.cuda.current_stream()
        self._stream.wait_stream(before)
        with torch.cuda.stream(self._stream):
            outputs = self._step(*given)
        before.wait_stream(self._stream)
        return outputs

    def _record(self) -> None:
        """Recording runs nothing. What cannot be recorded goes on step by step."""
        assert self._inputs is not None
        graph = torch.cuda.CUDAGraph()
        try:
            # Other threads, such as one that answers drawings, may use the device meanwhile.
            with torch.cuda.graph(graph, stream=self._stream, capture_error_mode="thread_local"):
                self._outputs = self._step(*self._inputs)
        except RuntimeError as error:
            logging.getLogger(__name__).warning("The step runs without a CUDA graph: %s", error)
            torch.cuda.synchronize()
            return
        self._graph = graph
