"""A training step on two cores without barriers.

Two OpenMP threads meet at a barrier after every operation, and in oneDNN's weight gradients at
barriers that spin. When another program occupies one of the two cores, each barrier waits until
the scheduler returns that core, and a step takes several times as long as on one thread. Here
every operation runs on a single OpenMP thread. A second thread computes one half of the batch in a
large convolution and the layers after it, and the weight gradients, for which the backward pass
does not wait. The first thread computes whatever the second has not begun. The bits do not depend
on which thread computes something, so the second thread is used only while that is faster.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional

from studio.training.backend.overlap_balance import OverlapBalance
from studio.training.backend.threads import set_threads

Task = Callable[[], None]

# Multiply-adds of a batch from which a float32 convolution is computed in halves. In bfloat16 with
# AMX a half was too short for a second thread: 0.93 times as fast in Tiny VGG.
MIN_SPLIT_MULTIPLY_ADDS = 10_000_000
# Layers after a convolution in which the images of a batch are independent of each other.
_ACTIVATIONS = (nn.ReLU, nn.LeakyReLU, nn.ELU, nn.GELU, nn.SiLU, nn.Tanh)
_PER_IMAGE_LAYERS = (*_ACTIVATIONS, nn.MaxPool2d, nn.AvgPool2d)


class SharedTask:
    """A task of the second thread that the first thread may compute instead."""

    def __init__(self, pool: ThreadPoolExecutor | None, task: Task) -> None:
        """Submit `task` to `pool`, or keep it for the first thread."""
        self._task: Task | None = task
        self._future: Future[None] | None = pool.submit(self._run) if pool else None

    def finish(self) -> None:
        """Return when the task has run. Raises what it raises."""
        if self._future is None or self._future.cancel():
            self._run()
        else:
            self._future.result()

    def discard(self) -> None:
        """Make sure that the task does not run later."""
        if self._future is not None and not self._future.cancel():
            self._future.exception()  # waits for the task
        self._task = None

    def _run(self) -> None:
        # Dropped first, so that the tensors of the task are freed when it ends.
        task, self._task = self._task, None
        if task is not None:
            task()


class Overlap:
    """Computes the convolutions of a model with the help of a second thread.

    The thread starts with the first task and ends with `close`.
    """

    def __init__(self, model: nn.Module) -> None:
        """Replace the convolutions of `model`; they keep their weights and names."""
        self.balance = OverlapBalance()
        self._pending: list[SharedTask] = []
        self._pool = ThreadPoolExecutor(1, "overlap", initializer=set_threads, initargs=(1,))
        for layers in list(model.modules()):
            if isinstance(layers, nn.Sequential):
                _replace_convolutions(layers, self)

    def submit(self, task: Task) -> SharedTask:
        """Submit a task to the second thread, if it is used; call `finish` of the result."""
        return SharedTask(self._pool if self.balance.use_second_thread else None, task)

    def defer(self, task: Task) -> None:
        """Submit a task that must have run at the end of the backward pass."""
        shared = self.submit(task)
        if self.balance.use_second_thread:
            self._pending.append(shared)
        else:
            shared.finish()

    @contextmanager
    def finishing_gradients(self) -> Iterator[None]:
        """Run a backward pass in the block; at its end every weight has its gradient.

        Raises what a task raises. After an error no task is pending.
        """
        try:
            yield
            # The second thread starts with the oldest task: the threads meet only once.
            for task in reversed(self._pending):
                task.finish()
        finally:
            for task in self._pending:
                task.discard()
            self._pending = []

    def close(self) -> None:
        """End the second thread."""
        self._pool.shutdown()


def _replace_convolutions(layers: nn.Sequential, overlap: Overlap) -> None:
    """Replace each convolution by one that includes the per-image layers after it."""
    names = [name for name, _ in layers.named_children()]
    for index, name in enumerate(names):
        if not isinstance(conv := layers.get_submodule(name), nn.Conv2d):
            continue
        tail = nn.Sequential()
        for next_name in names[index + 1 :]:
            if not isinstance(layer := layers.get_submodule(next_name), _PER_IMAGE_LAYERS):
                break
            tail.append(layer)
            setattr(layers, next_name, nn.Identity())
        setattr(layers, name, _OverlappedConv2d(conv, tail, overlap))


class _OverlappedConv2d(nn.Module):
    """A convolution of stride 1 and padding `same`, and its `tail` of per-image layers."""

    def __init__(self, conv: nn.Conv2d, tail: nn.Sequential, overlap: Overlap) -> None:
        super().__init__()
        self.weight, self.bias = conv.weight, conv.bias
        self.padding = [size // 2 for size in conv.kernel_size]
        self.tail, self.overlap = tail, overlap

    def forward(self, maps: Tensor) -> Tensor:
        if not (torch.is_grad_enabled() and self.weight.requires_grad):
            output = functional.conv2d(maps, self.weight, self.bias, padding=self.padding)
        else:
            if torch.is_autocast_enabled("cpu"):
                maps = maps.to(torch.get_autocast_dtype("cpu"))
            if self._is_split(maps):
                result: Tensor = _SplitConvolution.apply(maps, self.weight, self.bias, self)
                return result
            gradient = _WeightGradient(self, maps.detach())
            output = _Convolution.apply(maps, *self.detached_weights(maps.dtype), gradient)
        tailed: Tensor = self.tail(output)
        return tailed

    def detached_weights(self, dtype: torch.dtype) -> tuple[Tensor, Tensor | None]:
        """Return weight and bias as separate leaves, as `_WeightGradient` sets their gradients."""
        with torch.no_grad():
            weight = self.weight.detach().to(dtype).requires_grad_()
            return weight, None if self.bias is None else self.bias.detach().to(dtype)

    def _is_split(self, maps: Tensor) -> bool:
        multiply_adds = len(maps) * maps[0, 0].numel() * self.weight.numel()
        is_large = multiply_adds >= MIN_SPLIT_MULTIPLY_ADDS
        return is_large and maps.dtype == torch.float32 and len(maps) > 1


class _WeightGradient:
    """The weight gradient of a convolution, computed for the whole batch at once.

    `splits` is the number of output gradients that must be added first.
    """

    def __init__(self, layer: _OverlappedConv2d, maps: Tensor, splits: int = 1) -> None:
        self.layer, self._maps = layer, maps
        self._grads: list[Tensor | None] = [None] * splits

    def add(self, grad: Tensor, split: int = 0) -> None:
        """Add the output gradient of the batch, or of one half of it."""
        self._grads[split] = grad

    def defer(self) -> None:
        """Compute the weight gradient in the second thread."""
        self.layer.overlap.defer(self._compute)

    def _compute(self) -> None:
        layer, grads = self.layer, [grad for grad in self._grads if grad is not None]
        grad = grads[0] if len(grads) == 1 else torch.cat(grads)
        mask = (False, True, layer.bias is not None)
        weight = layer.weight.detach().to(self._maps.dtype)
        _, weight_grad, bias_grad = _gradients(grad, self._maps, weight, layer.padding, mask)
        _accumulate(layer.weight, weight_grad)
        if layer.bias is not None:
            _accumulate(layer.bias, bias_grad)


class _Convolution(torch.autograd.Function):
    """torch's convolution; its backward pass computes only the gradient of the maps."""

    @staticmethod
    def forward(
        ctx: Any,
        maps: Tensor,
        weight: Tensor,
        bias: Tensor | None,
        gradient: _WeightGradient,
        split: int | None = None,
    ) -> Tensor:
        ctx.save_for_backward(maps, weight)
        ctx.gradient, ctx.split = gradient, split
        return functional.conv2d(maps, weight, bias, padding=gradient.layer.padding)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        maps, weight = ctx.saved_tensors
        ctx.gradient.add(grad, ctx.split or 0)
        if ctx.split is None:
            ctx.gradient.defer()
        maps_grad = None
        if ctx.needs_input_grad[0]:
            padding, mask = ctx.gradient.layer.padding, (True, False, False)
            maps_grad = _gradients(grad, maps, weight, padding, mask)[0]
        return maps_grad, None, None, None, None


class _SplitConvolution(torch.autograd.Function):
    """Convolution and tail of each half of the batch, forward and backward, in two threads."""

    @staticmethod
    def forward(
        ctx: Any, maps: Tensor, weight: Tensor, bias: Tensor | None, layer: _OverlappedConv2d
    ) -> Tensor:
        gradient = _WeightGradient(layer, maps, 2)
        weights, half = layer.detached_weights(maps.dtype), len(maps) // 2
        ctx.halves = slice(0, half), slice(half, None)
        ctx.gradient, ctx.layer = gradient, layer
        ctx.inputs = [
            maps[half].detach().requires_grad_(ctx.needs_input_grad[0]) for half in ctx.halves
        ]
        ctx.outputs = outputs = [maps, maps]  # replaced below

        @torch.enable_grad()
        def run(split: int) -> None:
            output = _Convolution.apply(ctx.inputs[split], *weights, gradient, split)
            outputs[split] = layer.tail(output)

        _run_halves(layer.overlap, run)
        return torch.cat([output.detach() for output in outputs])

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        def run(split: int) -> None:
            torch.autograd.backward(ctx.outputs[split], grad[ctx.halves[split]])

        _run_halves(ctx.layer.overlap, run)
        ctx.gradient.defer()
        grads = [half.grad for half in ctx.inputs]
        ctx.inputs = ctx.outputs = ctx.gradient = None
        return torch.cat(grads) if ctx.needs_input_grad[0] else None, None, None, None


def _run_halves(overlap: Overlap, run: Callable[[int], None]) -> None:
    second = overlap.submit(lambda: run(1))
    try:
        run(0)
        second.finish()
    finally:
        second.discard()


def _gradients(
    grad: Tensor, maps: Tensor, weight: Tensor, padding: Sequence[int], mask: Sequence[bool]
) -> Any:
    """Return the gradients of maps, weight and bias that `mask` selects."""
    bias_sizes, stride, output_padding = [len(weight)], [1, 1], [0, 0]
    dilation = stride
    return torch.ops.aten.convolution_backward(
        grad, maps, weight, bias_sizes, stride, padding, dilation, False, output_padding, 1, mask
    )


@torch.no_grad()
def _accumulate(parameter: Tensor, grad: Tensor) -> None:
    """Add to the gradient of `parameter`, in its dtype and memory format, as autograd does."""
    if parameter.grad is None:
        parameter.grad = torch.empty_like(parameter).copy_(grad)
    else:
        parameter.grad.add_(grad)
