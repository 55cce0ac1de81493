"""Gradient accumulation: batches that do not fit into memory are split into micro-batches."""

from collections.abc import Iterator

from torch import Tensor

from studio.training.backend.memory import is_out_of_memory


class GradientAccumulation:
    """The number of micro-batches of a batch, which doubles when memory runs out.

    A micro-batch has at least two samples, as one sample has no batch statistics.
    """

    def __init__(self) -> None:
        self.micro_batches = 1

    def count(self, batch_size: int) -> int:
        """Return the number of micro-batches of a batch, of which the last one can be small."""
        return max(1, min(self.micro_batches, batch_size // 2))

    def split(self, count: int, *values: Tensor) -> Iterator[tuple[Tensor, ...]]:
        """Return the values [N, ...] of each micro-batch, whose sizes differ by at most one."""
        return zip(*(tensor.tensor_split(count) for tensor in values), strict=True)

    def can_increase(self, error: BaseException, batch_size: int) -> bool:
        """Whether more micro-batches may avoid `error`."""
        return batch_size >= 4 * self.micro_batches and is_out_of_memory(error)
