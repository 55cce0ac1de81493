"""The network in training: one step forward and back, and the averaged copy that is kept."""

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel

from studio.config import OptimConfig, TrainConfig
from studio.data.augment import augment
from studio.models import build_model
from studio.models.trunk import frozen_layers
from studio.training.batches import Normalizer, Rows
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
    ) -> None:
        """`weights` are those of a backbone; see `frozen_layers` for what of it does not learn.

        Seeds torch's own generator too: dropout draws from it.
        """
        torch.manual_seed(config.seed)
        self.config = config
        self.precision = precision
        self.normalize = normalize
        self.device_type = torch.device(device).type
        network = build_model(config.model)
        network.load_state_dict(weights or {}, strict=False)
        self.network = network.to(device).to(memory_format=torch.channels_last)
        # The first layers, which do not learn, and the rest; without a backbone the rest is all.
        self._frozen = len(frozen_layers(config.model))
        self.trunk, self._head = _cut(self.network, self._frozen)
        self.trunk.requires_grad_(False)
        self.optimizer = _build_optimizer(config.optim, self.network)
        self.averaged = _average(self.network, config.optim.ema) if config.optim.ema else None
        self.draws = torch.Generator().manual_seed(config.seed + 1)

    @property
    def reads_features(self) -> bool:
        """Whether it takes what the trunk made of pictures instead of pictures."""
        return bool(self.config.model.backbone) and not self.config.model.unfrozen

    @property
    def kept(self) -> nn.Module:
        """The network that is validated and saved: the averaged one where there is one."""
        return self.averaged.module if self.averaged else self.network

    def set_lr(self, lr: float) -> None:
        """Use `lr` from the next step on."""
        for group in self.optimizer.param_groups:
            group["lr"] = lr

    def train(self) -> None:
        """Prepare for steps; the statistics of what is frozen stay."""
        self.network.train()
        self.trunk.eval()

    def step(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Learn from images uint8 [N, C, H, W], or features of them, and labels [N].

        Returns the mean loss and the count of right answers, both still on the device.
        """
        inputs = images if self.reads_features else self.run_trunk(self._augment(images))
        with self._autocast():
            logits = self._head(inputs)
        loss = functional.cross_entropy(
            logits.float(), labels, label_smoothing=self.config.optim.label_smoothing
        )
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        if self.averaged:
            self.averaged.update_parameters(self.network)
        return loss.detach(), (logits.detach().argmax(1) == labels).sum()

    def predict(self, images: Rows) -> Tensor:
        """Logits [N, K] on the CPU of the kept network for images or features."""
        network = self.kept.eval()
        if self.reads_features:
            head = _cut(network, self._frozen)[1]
            return predict_logits(head, images, _as_is, self.precision)
        return predict_logits(network, images, self.normalize, self.precision)

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
            "averaged": self.averaged.state_dict() if self.averaged else None,
            "draws": self.draws.get_state(),
            "torch_rng": torch.get_rng_state(),
            "cuda_rng": torch.cuda.get_rng_state_all() if self.device_type == "cuda" else [],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take over what `state` gave. Raises KeyError, RuntimeError, ValueError if it cannot."""
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.averaged:
            self.averaged.load_state_dict(state["averaged"])
        self.draws.set_state(state["draws"])
        torch.set_rng_state(state["torch_rng"])
        if self.device_type == "cuda" and state["cuda_rng"]:
            torch.cuda.set_rng_state_all(state["cuda_rng"])

    @torch.no_grad()
    def _augment(self, images: Tensor) -> Tensor:
        config = self.config.augment
        return augment(images, config, self.draws) if config.active else images

    def _autocast(self) -> torch.autocast:
        return torch.autocast(self.device_type, self.precision, self.precision != torch.float32)


def _cut(network: nn.Module, count: int) -> tuple[nn.Sequential, nn.Sequential]:
    """The first layers and the rest, sharing their weights with the network."""
    layers = network.get_submodule("layers")
    assert isinstance(layers, nn.Sequential)
    return layers[:count], layers[count:]


def _as_is(features: Tensor) -> Tensor:
    return features


def _build_optimizer(config: OptimConfig, network: nn.Module) -> torch.optim.Optimizer:
    """Weight decay pulls on matrices and filters only, not on biases and norms."""
    groups = list(_parameter_groups(network, config.weight_decay))
    match config.optimizer:
        case "sgd":
            return torch.optim.SGD(groups, config.lr, config.momentum, fused=True)
        case "adam":
            return torch.optim.Adam(groups, config.lr, fused=True)
        case "adamw":
            return torch.optim.AdamW(groups, config.lr, fused=True)


def _parameter_groups(network: nn.Module, decay: float) -> Iterator[dict[str, object]]:
    parameters = [p for p in network.parameters() if p.requires_grad]
    yield {"params": [p for p in parameters if p.ndim > 1], "weight_decay": decay}
    yield {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0}


def _average(network: nn.Module, decay: float) -> AveragedModel:
    """An exponential moving average that starts fast, so that early epochs show it."""

    def update(averaged: Any, current: Any, seen: Tensor | int) -> None:
        weight = max(1 - decay, 9 / (10 + float(seen)))
        torch._foreach_lerp_(averaged, current, weight)

    return AveragedModel(network, multi_avg_fn=torch.no_grad()(update))
