"""The network in training: one step forward and back, and the averaged copy that is kept."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.callbacks import OnProgress
from studio.config import TrainConfig
from studio.data.augment import apply, draw, pack, unpack
from studio.models import build_model
from studio.models.backbone import frozen_layers
from studio.training.backend.cuda_graph import GraphedStep
from studio.training.backend.memory import give_back_cached, is_shortage
from studio.training.backend.overlap import Overlap
from studio.training.distributed.sharding import Share
from studio.training.ema import Average
from studio.training.input.batches import Normalizer
from studio.training.input.tensors import Rows
from studio.training.optimizer import build_optimizer, regrouped
from studio.training.scoring import predict_logits


class Learner:
    """Holds the weights, the optimizer and every source of chance of a training."""

    def __init__(
        self,
        config: TrainConfig,
        normalize: Normalizer,
        device: str,
        precision: torch.dtype,
        weights: Mapping[str, Tensor] | None = None,
        share: Share | None = None,
        records_steps: bool = True,
        overlap: bool = False,
    ) -> None:
        """`weights` are those of a backbone; see `frozen_layers` for what of it does not learn.

        `share` is what this process learns of each batch, all by default. Steps on a CUDA device
        are recorded as a graph, unless `records_steps` is off or other processes have a share.
        With `overlap` a second thread helps, see `Overlap`; `close` ends it.
        Seeds torch's own generator too: dropout draws from it.
        """
        torch.manual_seed(config.seed)
        self.config = config
        self.precision = precision
        self.normalize = normalize
        self.device_type = torch.device(device).type
        network = build_model(config.model)
        network.load_state_dict(weights or {}, strict=False)
        self.share = share or Share()
        self.share.adopt(network)
        self.network = network.to(device).to(memory_format=normalize.memory_format)
        # Before the convolutions are replaced: the copy is only ever evaluated.
        self.averaged = Average(self.network, config.optim.ema) if config.optim.ema else None
        self._overlap = Overlap(self.network) if overlap else None
        # The first layers, which do not learn, and the rest; without a backbone the rest is all.
        self._frozen = len(frozen_layers(config.model))
        self.trunk, self._head = _cut(self.network, self._frozen)
        self.trunk.requires_grad_(False)
        on_cuda = self.device_type == "cuda"
        self.lr = config.optim.lr
        # A recorded step reads the rate from the device.
        self._rate = torch.tensor(self.lr, device=device) if on_cuda else self.lr
        self._learned = [p for p in self.network.parameters() if p.requires_grad]
        self.optimizer = build_optimizer(config.optim, self._learned, self._rate)
        self._draws = torch.Generator().manual_seed(config.seed + 1)
        self.parts = 1  # of a batch, one after the other; more of them where memory runs out
        self._has_stepped = False
        self._records_steps = records_steps and on_cuda and self.share.alone
        self._graphed = self._begin_graph()

    @property
    def reads_features(self) -> bool:
        """Whether it takes what the trunk made of pictures instead of pictures."""
        return bool(self.config.model.backbone) and not self.config.model.unfrozen

    @property
    def recorded(self) -> bool:
        """Whether steps are replayed from a CUDA graph by now."""
        return self._graphed is not None and self._graphed.recorded

    @property
    def kept(self) -> nn.Module:
        """The network that is validated and saved: the averaged one where there is one."""
        return self.averaged.network if self.averaged else self.network

    def set_lr(self, lr: float) -> None:
        """Use `lr` from the next step on."""
        self.lr = lr
        self._rate = self._rate.fill_(lr) if isinstance(self._rate, Tensor) else lr
        for group in self.optimizer.param_groups:
            group["lr"] = self._rate

    def train(self) -> None:
        """Prepare for steps; the statistics of what is frozen stay."""
        self.network.train()
        self.trunk.eval()

    def step(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Learn from images uint8 [N, C, H, W], or features of them, and labels [N].

        Returns the mean loss and the count of right answers, both still on the device. Where
        memory runs out `parts` grows, and the step is done again.
        """
        with self._overlap.balance.step() if self._overlap else nullcontext():
            loss, hits = self._step_in_parts(images, labels, self._draw(images))
        self._has_stepped = True
        if self.averaged:
            self.averaged.update(self.network)
        return loss, hits

    def _draw(self, images: Tensor) -> Tensor:
        """The chance of one batch, on the device in one copy."""
        config = self.config.augment
        if self.reads_features or not config.active:
            return torch.empty(0, device=images.device)
        shape = tuple(images.shape)
        chance = pack(self.share.draw(lambda shape: draw(shape, config, self._draws), shape))
        # Pinned, because a copy from ordinary memory waits for the device.
        on_cuda = images.device.type == "cuda"
        return chance.pin_memory().to(images.device, non_blocking=True) if on_cuda else chance

    def _begin_graph(self) -> GraphedStep | None:
        return GraphedStep() if self._records_steps else None

    def _run_step(self, images: Tensor, labels: Tensor, chance: Tensor) -> tuple[Tensor, Tensor]:
        # The graph does not keep the step: in a cycle, device memory would wait for the collector.
        if self._graphed is None:
            return self._learn(images, labels, chance)
        return self._graphed(self._learn, images, labels, chance)

    def _step_in_parts(
        self, images: Tensor, labels: Tensor, chance: Tensor
    ) -> tuple[Tensor, Tensor]:
        while True:
            try:
                return self._run_step(images, labels, chance)
            except (RuntimeError, MemoryError) as error:
                # A part of one picture has no batch statistics; other processes would not know.
                if not is_shortage(error) or len(labels) < 4 * self.parts or not self.share.alone:
                    raise
            # Only here the error is gone, and with it all that it held.
            self.parts *= 2
            self._forget_gradients()
            if not self._has_stepped:  # the optimizer would take what it began for complete
                self.optimizer.state.clear()
            self._graphed = self._begin_graph()
            give_back_cached(self.device_type)

    def _learn(self, images: Tensor, labels: Tensor, chance: Tensor) -> tuple[Tensor, Tensor]:
        """All of a step that happens on the device, without ever waiting for it."""
        inputs = images if self.reads_features else self._augment(images, chance)
        self._forget_gradients()
        parts = max(1, min(self.parts, len(labels) // 2))  # an epoch's last batch can be small
        both = zip(inputs.tensor_split(parts), labels.tensor_split(parts), strict=True)
        done = [self._learn_part(some, own, len(own) / len(labels)) for some, own in both]
        loss, hits = done[0] if parts == 1 else _sums(done)
        loss, hits = self.share.combine(self.network.parameters(), loss, hits)
        self.optimizer.step()
        return loss, hits

    def _learn_part(self, inputs: Tensor, labels: Tensor, weight: float) -> tuple[Tensor, Tensor]:
        """Add the gradients of a part that is `weight` of its batch."""
        if not self.reads_features:
            inputs = self.run_trunk(inputs)
        with self._autocast():
            logits = self._head(inputs)
        loss = functional.cross_entropy(
            logits.float(), labels, label_smoothing=self.config.optim.label_smoothing
        )
        if weight < 1:
            loss = loss * weight
        self._backward(loss)
        return loss.detach(), (logits.detach().argmax(1) == labels).sum()

    def _backward(self, loss: Tensor) -> None:
        if self._overlap:
            self._overlap.backward(lambda: self.share.backward(loss))
        else:
            self.share.backward(loss)

    def close(self) -> None:
        """End the thread of this learner, if it has one."""
        if self._overlap:
            self._overlap.close()

    def _forget_gradients(self) -> None:
        for parameter in self._learned:  # as zero_grad does, without its 60 µs
            parameter.grad = None

    def predict(self, images: Rows, on_progress: OnProgress) -> Tensor:
        """Logits [N, K] on the CPU of the kept network for images or features."""
        network = self.kept.eval()
        if self.reads_features:
            head = _cut(network, self._frozen)[1]
            return predict_logits(head, images, _as_is, self.precision, on_progress)
        return predict_logits(network, images, self.normalize, self.precision, on_progress)

    @torch.no_grad()
    def run_trunk(self, images: Tensor) -> Tensor:
        """What the frozen layers make of images [N, C, H, W] of 0..255."""
        inputs = self.normalize(images)
        with self._autocast():
            features: Tensor = self.trunk(inputs)
        return features

    def state(self) -> dict[str, object]:
        """Everything a later process needs to go on with the very same bits."""
        return {
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "averaged": self.averaged.state() if self.averaged else None,
            "parts": self.parts,
            "draws": self._draws.get_state(),
            "torch_rng": torch.get_rng_state(),
            "cuda_rng": [torch.cuda.get_rng_state()] if self.device_type == "cuda" else [],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take over what `state` gave. Raises KeyError, RuntimeError, ValueError if it cannot."""
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(regrouped(state["optimizer"], self.optimizer))
        self._has_stepped = True
        for group in self.optimizer.param_groups:  # the state may be from another device
            if "capturable" in group:
                group["capturable"] = isinstance(self._rate, Tensor)
        if self.averaged:
            self.averaged.restore(state["averaged"])
        if self.share.alone:
            self.parts = state.get("parts", 1)  # earlier versions had whole batches only
        self._draws.set_state(state["draws"])
        torch.set_rng_state(state["torch_rng"])
        if self.device_type == "cuda" and state["cuda_rng"]:
            torch.cuda.set_rng_state(state["cuda_rng"][0])

    @torch.no_grad()
    def _augment(self, images: Tensor, chance: Tensor) -> Tensor:
        config = self.config.augment
        if not config.active:
            return images
        return apply(images, config, unpack(chance, tuple(images.shape), config))

    def _autocast(self) -> torch.autocast:
        return torch.autocast(self.device_type, self.precision, self.precision != torch.float32)


def _cut(network: nn.Module, count: int) -> tuple[nn.Sequential, nn.Sequential]:
    """The first layers and the rest, sharing their weights with the network."""
    layers = network.get_submodule("layers")
    assert isinstance(layers, nn.Sequential)
    return layers[:count], layers[count:]


def _sums(done: Sequence[tuple[Tensor, Tensor]]) -> tuple[Tensor, Tensor]:
    losses, hits = zip(*done, strict=True)
    return torch.stack(losses).sum(), torch.stack(hits).sum()


def _as_is(features: Tensor) -> Tensor:
    return features
