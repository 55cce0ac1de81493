"""How a batch is divided between processes that together take the step of one process."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import pairwise

import torch
from torch import Tensor, nn

from studio.errors import Stopped
from studio.training.distributed.collectives import Collectives
from studio.training.distributed.step_collectives import StepCollectives
from studio.training.input.samples import Samples

Shape = tuple[int, ...]
DrawParameters = Callable[[Shape], Mapping[str, Tensor]]


@dataclass(frozen=True)
class Shard:
    """The consecutive samples of a batch on which process `rank` trains; `sizes` of all ranks.

    With fewer samples than processes some shards are empty: their processes run one sample of
    weight 0, as not every layer accepts an empty batch.
    """

    sizes: tuple[int, ...]
    rank: int

    @classmethod
    def of(cls, batch_size: int, rank: int, world_size: int) -> "Shard":
        """Divide a batch between the processes; the sizes of their shards differ by at most one."""
        starts = [rank * batch_size // world_size for rank in range(world_size + 1)]
        return cls(tuple(stop - start for start, stop in pairwise(starts)), rank)

    @cached_property
    def batch_size(self) -> int:
        """Number of samples of all shards."""
        return sum(self.sizes)

    @property
    def size(self) -> int:
        """Number of samples of this shard."""
        return self.sizes[self.rank]

    @property
    def slice(self) -> slice:
        """The samples to run: those of this shard, or the first of the batch if it is empty."""
        start = sum(self.sizes[: self.rank])
        return slice(start, start + self.size) if self.size else slice(0, 1)

    def micro_batch(self, index: int, count: int) -> "Shard":
        """The micro-batch `index` of `count` in all processes, as `Tensor.tensor_split` divides."""
        sizes = tuple(size // count + (index < size % count) for size in self.sizes)
        return Shard(sizes, self.rank)


class Sharding:
    """One process, which trains on whole batches. `RankSharding` overrides every method."""

    is_distributed = False
    is_empty = False  # whether no sample of the current batch is in this shard
    loss_weight = 1.0  # of this shard's mean loss in the mean loss of the current batch

    def select(self, batch: Tensor) -> Tensor:
        """Return this process' samples of the first axis of a batch."""
        return batch

    def begin_step(self, batch_size: int) -> None:
        """Set the size of the next step's batch, over all processes."""

    def batch_size(self, size: int) -> int:
        """Return the size of the current batch over all processes; this one has `size` samples."""
        return size

    def smallest_shard(self, size: int) -> int:
        """Return the size of the smallest shard of the batch; this process has `size` samples."""
        return size

    def begin_micro_batch(self, index: int, count: int) -> None:
        """Compute the micro-batch `index` of `count` next, as all processes do."""

    def end_micro_batches(self) -> None:
        """Continue with the whole batch."""

    def report_out_of_memory(self) -> None:
        """Let the other processes repeat the step too, before this one does."""

    def synchronize(self, model: nn.Module) -> None:
        """Give all processes the model and the random generators of the main one."""

    def gather(self, values: Tensor) -> Tensor:
        """Return the values of all samples of the batch, in its order, from those of each shard."""
        return values

    def draw(self, draw_parameters: DrawParameters, shape: Shape) -> Mapping[str, Tensor]:
        """Draw augmentation parameters for this process' images of `shape`.

        They are those of one process with the whole batch.
        """
        return draw_parameters(shape)

    def all_reduce(
        self, parameters: Iterable[Tensor], loss: Tensor, correct: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Sum gradients in place over all processes; return the sums of `loss` and `correct`."""
        return loss, correct

    def merge(self, values: Tensor) -> Tensor:
        """Return values on the CPU, NaN where not known, with what other processes know of them."""
        return values

    def predict(self, predict: Callable[[Samples], Tensor], samples: Samples) -> Tensor:
        """Return the logits [N, K] of all samples, on the CPU, each computed by one process.

        Raises Stopped in all processes when `predict` does in one of them.
        """
        return predict(samples)


class RankSharding(Sharding):
    """One of several processes. All call the same methods at the same time."""

    is_distributed = True

    def __init__(self, collectives: Collectives) -> None:
        self.collectives = collectives
        self.step_collectives = StepCollectives(collectives)
        self.shard = self._batch_shard = self._shard_of(collectives.world_size)

    def __deepcopy__(self, memo: object) -> "RankSharding":
        return self  # a copied model communicates with the same processes

    def broadcast_weights(self, model: nn.Module) -> None:
        """Copy the weights of the main process into `model`.

        The same seed gives the same weights only on processors of the same model.
        """
        for tensor in model.state_dict().values():
            self.collectives.broadcast(tensor)

    def select(self, batch: Tensor) -> Tensor:
        return batch[self._shard_of(len(batch)).slice]

    def begin_step(self, batch_size: int) -> None:
        self.shard = self._batch_shard = self._shard_of(batch_size)
        self.loss_weight = self.shard.size / batch_size
        self.is_empty = self.shard.size == 0

    def batch_size(self, size: int) -> int:
        return self.shard.batch_size

    def smallest_shard(self, size: int) -> int:
        return min(self._batch_shard.sizes)

    def begin_micro_batch(self, index: int, count: int) -> None:
        self.shard = self._batch_shard.micro_batch(index, count)

    def end_micro_batches(self) -> None:
        self.shard = self._batch_shard

    def report_out_of_memory(self) -> None:
        self.step_collectives.report_out_of_memory()

    def synchronize(self, model: nn.Module) -> None:
        # Some layers have drawn their mask and updated their statistics, others have not.
        self.broadcast_weights(model)
        state = torch.get_rng_state()
        self.collectives.broadcast(state)
        torch.set_rng_state(state)
        if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
            state = torch.cuda.get_rng_state()
            self.collectives.broadcast(state)
            torch.cuda.set_rng_state(state)

    def gather(self, values: Tensor) -> Tensor:
        sizes = self.shard.sizes
        padded = values.new_zeros(max(sizes), *values.shape[1:])  # shards differ by a sample
        padded[: self.shard.size] = values[: self.shard.size]
        gathered = self.step_collectives.all_gather(padded)
        return torch.cat([v[:size] for v, size in zip(gathered, sizes, strict=True)])

    def draw(self, draw_parameters: DrawParameters, shape: Shape) -> Mapping[str, Tensor]:
        parameters = draw_parameters((self.shard.batch_size, *shape[1:]))
        return {name: values[self.shard.slice] for name, values in parameters.items()}

    def all_reduce(
        self, parameters: Iterable[Tensor], loss: Tensor, correct: Tensor
    ) -> tuple[Tensor, Tensor]:
        # One all-reduce for everything: its latency costs more than the data.
        grads = [p.grad for p in parameters if p.grad is not None]
        metrics = torch.stack((loss, correct * (self.shard.size > 0)))
        buffer = torch.cat([*(grad.reshape(-1) for grad in grads), metrics])
        self.step_collectives.all_reduce_sum(buffer)
        *sums, metrics = torch.split(buffer, [*(grad.numel() for grad in grads), 2])
        torch._foreach_copy_(grads, [s.view(g.shape) for s, g in zip(sums, grads, strict=True)])
        return metrics[0], metrics[1]

    def merge(self, values: Tensor) -> Tensor:
        return reduce(torch.fmax, self.collectives.all_gather(values).unbind())  # ignores NaN

    def predict(self, predict: Callable[[Samples], Tensor], samples: Samples) -> Tensor:
        shard = self._shard_of(len(samples))
        logits = torch.empty(0, 0)
        try:
            logits, stopped = predict(samples[shard.slice]), 0.0
        except Stopped:
            stopped = 1.0
        if self.collectives.all_reduce_max([stopped])[0]:
            raise Stopped
        gathered = logits.new_zeros(len(samples), logits.shape[1])
        if shard.size:
            gathered[shard.slice] = logits
        return self.collectives.all_reduce_sum(gathered)

    def _shard_of(self, batch_size: int) -> Shard:
        return Shard.of(batch_size, self.collectives.rank, self.collectives.world_size)
