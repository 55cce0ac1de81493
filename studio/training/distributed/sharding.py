"""The share of every batch that one process learns from: for a process alone, all of it."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor, nn

    from studio.training.input.tensors import Rows

    Shape = tuple[int, ...]
    Draw = Callable[[Shape], Mapping[str, Tensor]]


class Share:
    """All of every batch. One of several shares overrides each of these."""

    alone = True

    def adopt(self, network: "nn.Module") -> None:
        """Make layers that look at a whole batch see all of it."""

    def own(self, batch: "Tensor") -> "Tensor":
        """What this process takes of a whole batch's first axis."""
        return batch

    def begin(self, count: int) -> None:
        """The next step is that of a batch of `count` pictures."""

    def draw(self, draw: "Draw", shape: "Shape") -> "Mapping[str, Tensor]":
        """The chance that `draw` gives own pictures of `shape`: as it would in the whole batch."""
        return draw(shape)

    def backward(self, loss: "Tensor") -> None:
        """Gradients of what `loss`, the own pictures' mean, counts in that of the whole batch."""
        loss.backward()  # type: ignore[no-untyped-call]

    def combine(
        self, parameters: "Iterable[Tensor]", loss: "Tensor", hits: "Tensor"
    ) -> "tuple[Tensor, Tensor]":
        """Loss and hits of the whole batch; gradients become those of the whole batch."""
        return loss, hits

    def gather(self, predict: "Callable[[Rows], Tensor]", rows: "Rows") -> "Tensor":
        """The answers [N, K] on the CPU of `predict` to all rows."""
        return predict(rows)
