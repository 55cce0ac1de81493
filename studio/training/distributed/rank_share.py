"""One of several shares of every batch, such that all together learn what one process would."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from studio.training.distributed.collectives import Exchange
from studio.training.distributed.cut import Cut
from studio.training.distributed.sharding import Share
from studio.training.distributed.sync_layers import adopt_layers

if TYPE_CHECKING:
    from studio.training.distributed.sharding import Draw, Shape
    from studio.training.input.tensors import Rows


class RankShare(Share):
    """What each method does, all processes do at the same time."""

    alone = False

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.cut = self._cut(exchange.size)

    def __deepcopy__(self, memo: object) -> "RankShare":
        return self  # a copied network exchanges with the same processes

    def adopt(self, network: nn.Module) -> None:
        adopt_layers(network, self)
        # The same seed gives the same weights on the same kind of processor only.
        for tensor in network.state_dict().values():
            self.exchange.copy_first(tensor)

    def own(self, batch: Tensor) -> Tensor:
        return batch[self._cut(len(batch)).rows]

    def begin(self, count: int) -> None:
        self.cut = self._cut(count)

    def draw(self, draw: "Draw", shape: "Shape") -> Mapping[str, Tensor]:
        draws = draw((self.cut.count, *shape[1:]))
        return {name: chance[self.cut.rows] for name, chance in draws.items()}

    def backward(self, loss: Tensor) -> None:
        weight = torch.full_like(loss, self.cut.own / self.cut.count)
        loss.backward(weight)  # type: ignore[no-untyped-call]

    def combine(
        self, parameters: Iterable[Tensor], loss: Tensor, hits: Tensor
    ) -> tuple[Tensor, Tensor]:
        """In one sum: each exchange costs more than its numbers do."""
        grads = [p.grad for p in parameters if p.grad is not None]
        figures = torch.stack((loss * (self.cut.own / self.cut.count), hits * (self.cut.own > 0)))
        flat = torch.cat([*(grad.reshape(-1) for grad in grads), figures])
        self.exchange.add(flat)
        *sums, figures = torch.split(flat, [*(grad.numel() for grad in grads), 2])
        torch._foreach_copy_(grads, [s.view(g.shape) for s, g in zip(sums, grads, strict=True)])
        return figures[0], figures[1]

    def gather(self, predict: Callable[["Rows"], Tensor], rows: "Rows") -> Tensor:
        cut = self._cut(len(rows))
        own = predict(_part(rows, cut.rows))
        whole = own.new_zeros(len(rows), own.shape[1])
        if cut.own:
            whole[cut.rows] = own
        return self.exchange.add(whole)

    def _cut(self, count: int) -> Cut:
        return Cut(count, self.exchange.rank, self.exchange.size)


def _part(rows: "Rows", part: slice) -> "Rows":
    """A few of some rows, wherever they lie."""
    return rows[part] if isinstance(rows, Tensor) else replace(rows, rows=rows.rows[part])
