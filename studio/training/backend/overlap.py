"""A training step on two cores without barriers.

Two OpenMP threads meet at a barrier after every operation, and in oneDNN's weight gradients at
barriers that spin. Once another program takes one of the two cores, each barrier waits until the
scheduler gives that core back, and a step takes several times as long as on one thread. Here every
operation runs on a single OpenMP thread. A second thread computes one half of the batch in a large
convolution and the layers behind it, and the weight gradients, for which nobody waits while the
backward pass goes on. The first thread computes whatever the second has not begun. Who computes
something does not change its bits, so the second thread is used only while that is faster.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional

from studio.training.backend.overlap_balance import Balance
from studio.training.backend.threads import set_threads

Task = Callable[[], None]

# Multiply-adds of a batch from which a float32 convolution is computed in halves. In bfloat16 with
# AMX a half was too short to be worth a second thread: 0.93 times as fast in Tiny VGG.
_SPLIT_FROM = 10_000_000
# Layers behind a convolution for which the images of a batch are independent of each other.
_TAILS = (nn.ReLU, nn.LeakyReLU, nn.ELU, nn.GELU, nn.SiLU, nn.Tanh, nn.MaxPool2d, nn.AvgPool2d)


class Ticket:
    """A task of the second thread that the first may compute instead."""

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
        """Make sure that the task does not run any more."""
        if self._future is not None and not self._future.cancel():
            self._future.exception()  # waits for it
        self._task = None

    def _run(self) -> None:
        # Forgotten first: what it holds is not needed afterwards.
        task, self._task = self._task, None
        if task is not None:
            task()


class Overlap:
    """Shares the convolutions of a network with a second thread.

    The thread starts with the first task and ends with `close`.
    """

    def __init__(self, network: nn.Module) -> None:
        """Replace the convolutions of `network`, which keep their weights and names."""
        self.balance = Balance()
        self._pending: list[Ticket] = []
        self._pool = ThreadPoolExecutor(1, "overlap", initializer=set_threads, initargs=(1,))
        for layers in list(network.modules()):
            if isinstance(layers, nn.Sequential):
                _replace_convolutions(layers, self)

    def submit(self, task: Task) -> Ticket:
        """A task for the second thread; `finish` of the ticket makes sure that it has run."""
        return Ticket(self._pool if self.balance.shared else None, task)

    def defer(self, task: Task) -> None:
        """A task that must have run only at the end of the backward pass."""
        ticket = self.submit(task)
        if self.balance.shared:
            self._pending.append(ticket)
        else:
            ticket.finish()

    def backward(self, run: Task) -> None:
        """Call `run`, a backward pass, and return when every weight has its gradient.

        Raises what `run` or a task raises; no task is pending then.
        """
        try:
            run()
            # The second thread takes the oldest first, so the two meet only once.
            for ticket in reversed(self._pending):
                ticket.finish()
        finally:
            for ticket in self._pending:
                ticket.discard()
            self._pending = []

    def close(self) -> None:
        """End the second thread."""
        self._pool.shutdown()


def _replace_convolutions(layers: nn.Sequential, overlap: Overlap) -> None:
    """Each convolution takes over the layers behind it that work on single images."""
    names = [name for name, _ in layers.named_children()]
    for place, name in enumerate(names):
        if not isinstance(conv := layers.get_submodule(name), nn.Conv2d):
            continue
        tail = nn.Sequential()
        for behind in names[place + 1 :]:
            if not isinstance(layer := layers.get_submodule(behind), _TAILS):
                break
            tail.append(layer)
            setattr(layers, behind, nn.Identity())
        setattr(layers, name, _SharedConv2d(conv, tail, overlap))


class _SharedConv2d(nn.Module):
    """A convolution of stride 1 and padding `same`, and its `tail`, shared with a thread."""

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
                shared: Tensor = _Halves.apply(maps, self.weight, self.bias, self)
                return shared
            output = _Convolution.apply(maps, *self.cast(maps.dtype), self.deferred(maps))
        tailed: Tensor = self.tail(output)
        return tailed

    def cast(self, dtype: torch.dtype) -> tuple[Tensor, Tensor | None]:
        """Weight and bias as leaves of their own; their gradients go another way."""
        with torch.no_grad():
            weight = self.weight.detach().to(dtype).requires_grad_()
            return weight, None if self.bias is None else self.bias.detach().to(dtype)

    def deferred(self, maps: Tensor) -> "_WeightGradient":
        """Computes the weight gradient when that of the output is known."""
        return _WeightGradient(self, maps.detach())

    def _is_split(self, maps: Tensor) -> bool:
        multiply_adds = len(maps) * maps[0, 0].numel() * self.weight.numel()
        return maps.dtype == torch.float32 and len(maps) > 1 and multiply_adds >= _SPLIT_FROM


class _WeightGradient:
    """That of one convolution, computed for the whole batch once all `parts` of it came back."""

    def __init__(self, layer: _SharedConv2d, maps: Tensor, parts: int = 1) -> None:
        self.layer, self._maps = layer, maps
        self._grads: list[Tensor | None] = [None] * parts

    def add(self, grad: Tensor, part: int = 0) -> None:
        """The gradient of a part of the output."""
        self._grads[part] = grad

    def defer(self) -> None:
        """Leave it to the second thread."""
        self.layer.overlap.defer(self._compute)

    def _compute(self) -> None:
        layer, grads = self.layer, [grad for grad in self._grads if grad is not None]
        whole = grads[0] if len(grads) == 1 else torch.cat(grads)
        wanted = (False, True, layer.bias is not None)
        weight = layer.weight.detach().to(self._maps.dtype)
        _, *found = _gradients(whole, self._maps, weight, layer.padding, wanted)
        _accumulate(layer.weight, found[0])
        if layer.bias is not None:
            _accumulate(layer.bias, found[1])


class _Convolution(torch.autograd.Function):
    """torch's own convolution; of its backward operations only that of the maps is called."""

    @staticmethod
    def forward(
        ctx: Any,
        maps: Tensor,
        weight: Tensor,
        bias: Tensor | None,
        gradient: _WeightGradient,
        part: int | None = None,
    ) -> Tensor:
        ctx.save_for_backward(maps, weight)
        ctx.gradient, ctx.part = gradient, part
        return functional.conv2d(maps, weight, bias, padding=gradient.layer.padding)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        maps, weight = ctx.saved_tensors
        ctx.gradient.add(grad, ctx.part or 0)
        if ctx.part is None:
            ctx.gradient.defer()
        maps_grad = None
        if ctx.needs_input_grad[0]:
            padding, wanted = ctx.gradient.layer.padding, (True, False, False)
            maps_grad = _gradients(grad, maps, weight, padding, wanted)[0]
        return maps_grad, None, None, None, None


class _Halves(torch.autograd.Function):
    """Convolution and tail of each half of the batch, forward and backward, in two threads."""

    @staticmethod
    def forward(
        ctx: Any, maps: Tensor, weight: Tensor, bias: Tensor | None, layer: _SharedConv2d
    ) -> Tensor:
        gradient = _WeightGradient(layer, maps, 2)
        cast, half = layer.cast(maps.dtype), len(maps) // 2
        ctx.rows = slice(0, half), slice(half, None)
        ctx.gradient, ctx.layer = gradient, layer
        ctx.inputs = [
            maps[rows].detach().requires_grad_(ctx.needs_input_grad[0]) for rows in ctx.rows
        ]
        ctx.outputs = outputs = [maps, maps]  # replaced below

        @torch.enable_grad()
        def run(part: int) -> None:
            output = _Convolution.apply(ctx.inputs[part], *cast, gradient, part)
            outputs[part] = layer.tail(output)

        _in_halves(layer.overlap, run)
        return torch.cat([output.detach() for output in outputs])

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        def run(part: int) -> None:
            torch.autograd.backward(ctx.outputs[part], grad[ctx.rows[part]])

        _in_halves(ctx.layer.overlap, run)
        ctx.gradient.defer()
        grads = [half.grad for half in ctx.inputs]
        ctx.inputs = ctx.outputs = ctx.gradient = None
        return torch.cat(grads) if ctx.needs_input_grad[0] else None, None, None, None


def _in_halves(overlap: Overlap, run: Callable[[int], None]) -> None:
    second = overlap.submit(lambda: run(1))
    try:
        run(0)
        second.finish()
    finally:
        second.discard()


def _gradients(
    grad: Tensor, maps: Tensor, weight: Tensor, padding: Sequence[int], wanted: Sequence[bool]
) -> Any:
    """Those `wanted` of maps, weight and bias."""
    sizes, one, none = [len(weight)], [1, 1], [0, 0]
    return torch.ops.aten.convolution_backward(
        grad, maps, weight, sizes, one, padding, one, False, none, 1, wanted
    )


@torch.no_grad()
def _accumulate(parameter: Tensor, grad: Tensor) -> None:
    """Add to the gradient of `parameter`, in its precision and memory format, as autograd does."""
    if parameter.grad is None:
        parameter.grad = torch.empty_like(parameter).copy_(grad)
    else:
        parameter.grad.add_(grad)
