"""Gradient accumulation: batches that do not fit into memory are split into micro-batches."""

from collections.abc import Iterator

from torch import Tensor

from studio.training.backend.memory import is_out_of_memory


class GradientAccumulation:
    """The number of micro-batches of a batch, which doubles when memory runs out.

    A micro-batch has at least two samples, as one sample has no batch statistics.
    """

    def __init__(self, is_distributed: bool) -> None:
        self.micro_batches = 1
        self._is_distributed = is_distributed

    def split(self, inputs: Tensor, labels: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        """Return the inputs and labels of each micro-batch, whose sizes differ by at most one."""
        count = max(1, min(self.micro_batches, len(labels) // 2))  # a last batch can be small
        return zip(inputs.tensor_split(count), labels.tensor_split(count), strict=True)

    def can_increase(self, error: BaseException, batch_size: int) -> bool:
        """Whether smaller micro-batches may avoid `error`.

        Several processes do not split their batches: only one of them would notice the error.
        """
        can_split = batch_size >= 4 * self.micro_batches and not self._is_distributed
        return can_split and is_out_of_memory(error)

    def increase(self) -> None:
        """Halve the size of micro-batches."""
        self.micro_batches *= 2

    def restore(self, micro_batches: int) -> None:
        """Continue with the number of micro-batches of a saved training."""
        if not self._is_distributed:
            self.micro_batches = micro_batches
