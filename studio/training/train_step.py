"""One training step: augmentation, forward, loss, backward, optimizer, weight average."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, nullcontext
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.callbacks import OnProgress, ShouldStop, never_stop
from studio.config import TrainConfig
from studio.models import build_model
from studio.models.backbone import frozen_layers
from studio.training.augmentation import Augmentation
from studio.training.backend.compute_settings import autocast
from studio.training.backend.cuda_graph import GraphedStep, Outputs
from studio.training.backend.memory import is_out_of_memory, release_cached_memory
from studio.training.backend.overlap import Overlap
from studio.training.distributed.sharding import RankSharding, Sharding
from studio.training.distributed.step_collectives import PeerOutOfMemoryError
from studio.training.distributed.sync_layers import DROPOUTS, convert_sync_layers
from studio.training.ema import WeightAverage
from studio.training.gradient_accumulation import GradientAccumulation
from studio.training.input.frozen_backbone import FrozenBackbone, uses_cached_features
from studio.training.input.normalization import Normalizer
from studio.training.input.samples import Samples, read_chunks
from studio.training.live_settings import LiveSettings
from studio.training.mixup import Mixup
from studio.training.model_check import SilentUnits, find_silent_units
from studio.training.optimizer import build_optimizer, load_optimizer_state, set_weight_decay
from studio.training.prediction import chunk_size, predict_logits


class StepResult(NamedTuple):
    """The mean loss, the number of correct predictions and the logits [B, K] of a step.

    They are on the device. Of several processes each has the logits of its own samples.
    """

    loss: Tensor
    correct: Tensor
    logits: Tensor


class TrainStep:
    """The model in training, with its optimizer, weight average and random generators."""

    def __init__(
        self,
        config: TrainConfig,
        normalize: Normalizer,
        device: str,
        precision: torch.dtype,
        initial_weights: Mapping[str, Tensor] | None = None,
        sharding: Sharding | None = None,
        use_cuda_graph: bool = True,
        use_overlap: bool = False,
    ) -> None:
        """Build the model from the seed, with the pretrained `initial_weights` of layers if given.

        Seeds torch's global generator, which dropout uses. Steps on a CUDA device are recorded as
        a graph if `use_cuda_graph` is set and this is the only process. `use_overlap` starts a
        second thread, see `Overlap`; `close` ends it.
        """
        torch.manual_seed(config.seed)
        self.config = config
        self.precision = precision
        self.normalize = normalize
        self.device_type = torch.device(device).type
        self.sharding = sharding or Sharding()

        model = build_model(config.model)
        model.load_state_dict(initial_weights or {}, strict=False)
        if isinstance(self.sharding, RankSharding):
            convert_sync_layers(model, self.sharding)
            self.sharding.broadcast_weights(model)
        self.model = model.to(device).to(memory_format=normalize.memory_format)
        # Copied before `Overlap` replaces the convolutions: the copy is used for evaluation only.
        self.ema = WeightAverage(self.model, config.optim.ema) if config.optim.ema else None
        self._overlap = Overlap(self.model) if use_overlap else None
        frozen, self._head = self._split_layers(self.model)
        self.backbone = FrozenBackbone(frozen, normalize, precision)
        self._uses_features = uses_cached_features(config)

        on_cuda = self.device_type == "cuda"
        self.lr = config.optim.lr
        # A CUDA graph reads the learning rate from the device.
        self._lr = torch.tensor(self.lr, device=device) if on_cuda else self.lr
        self._trained = [p for p in self.model.parameters() if p.requires_grad]
        self.optimizer = build_optimizer(config.optim, list(self.model.parameters()), self._lr)
        self.augmentation = Augmentation(config.augment, config.seed + 1, self.sharding)
        self._dropouts = [(m, m.p) for m in self.model.modules() if isinstance(m, DROPOUTS)]
        self.mixup = Mixup(config.optim.mixup, config.seed + 2, self.sharding)
        self.accumulation = GradientAccumulation()
        self._has_stepped = self._has_live_decay = False
        self._is_reduced = False  # whether other processes have the gradients of this step
        self._use_graph = use_cuda_graph and on_cuda and not self.sharding.is_distributed
        self._graph = GraphedStep() if self._use_graph else None

    @property
    def is_graphed(self) -> bool:
        """Whether steps are replayed from a CUDA graph by now."""
        return self._graph is not None and self._graph.is_recorded

    @property
    def eval_model(self) -> nn.Module:
        """The model that is validated and saved: the weight average if there is one."""
        return self.ema.model if self.ema else self.model

    def set_lr(self, lr: float) -> None:
        """Use the learning rate `lr` from the next step on."""
        self.lr = lr
        self._lr = self._lr.fill_(lr) if isinstance(self._lr, Tensor) else lr
        for group in self.optimizer.param_groups:
            group["lr"] = self._lr

    def use_settings(self, live: LiveSettings) -> None:
        """Use changed settings from the next step on, except the learning rate: see `set_lr`."""
        changed = self._use_weight_decay(live.weight_decay)
        for layer, configured in self._dropouts:
            rate = configured if live.dropout is None else live.dropout
            changed |= rate != layer.p
            layer.p = rate
        self.augmentation.strength = live.augment_strength
        if changed:  # a graph holds the values with which it was recorded
            self._forget_graph()

    def _use_weight_decay(self, value: float | None) -> bool:
        if value is None and not self._has_live_decay:
            return False  # as few parameter groups as possible
        self._has_live_decay = True
        configured = self.config.optim.weight_decay
        return set_weight_decay(self.optimizer, configured if value is None else value)

    def _forget_graph(self) -> None:
        self._graph = GraphedStep() if self._use_graph else None

    def train(self) -> None:
        """Set training mode; the running statistics of frozen layers stay."""
        self.model.train()
        self.backbone.eval()

    def step(self, images: Tensor, labels: Tensor) -> StepResult:
        """Train on images uint8 [N, C, H, W], or cached features of them, and labels [N].

        Returns without waiting for the device; the next step may overwrite the result. If memory
        runs out in any process, all repeat the step with more micro-batches.
        """
        parameters, mixing = self._draw_augmentation(images), self.mixup.draw(labels)
        with self._overlap.balance.step() if self._overlap else nullcontext():
            while True:
                try:
                    result = StepResult(*self._run(images, labels, parameters, *mixing))
                    break
                except (RuntimeError, MemoryError) as error:
                    if not self._can_retry(error, len(labels)):
                        raise
                # After the handler, when the error no longer keeps tensors alive.
                self._retry_with_more_micro_batches()
        self._has_stepped = True
        if self.ema:
            self.ema.update(self.model)
        return result

    def _can_retry(self, error: RuntimeError | MemoryError, batch_size: int) -> bool:
        """Whether to repeat the step. All processes agree, if this one runs out of memory first."""
        if self._is_reduced or not is_out_of_memory(error):
            return False  # other processes may have updated their weights already
        if not isinstance(error, PeerOutOfMemoryError):
            self.sharding.report_out_of_memory()
        return self.accumulation.can_increase(error, self.sharding.smallest_shard(batch_size))

    def _draw_augmentation(self, images: Tensor) -> Tensor:
        if self._uses_features:  # they were augmented before
            return torch.empty(0, device=images.device)
        return self.augmentation.draw(images)

    def _run(self, *inputs: Tensor) -> Outputs:
        if self._graph is None:
            return self._compute(*inputs)
        # The graph gets the method in each call: in a reference cycle, the memory of the device
        # would be held until the garbage collector runs.
        return self._graph(self._compute, *inputs)

    def _compute(
        self, images: Tensor, labels: Tensor, parameters: Tensor, *mixing: Tensor
    ) -> Outputs:
        """Do everything of a step that happens on the device, without waiting for it."""
        self._is_reduced = False
        inputs = images if self._uses_features else self.augmentation.apply(images, parameters)
        targets: tuple[Tensor, ...] = (labels,)
        if mixing:
            inputs, partner_labels = self.mixup.apply(inputs, labels, *mixing)
            targets = labels, partner_labels
        self._reset_gradients()
        losses, correct, all_logits = [], [], []
        count = self.accumulation.count(self.sharding.smallest_shard(len(labels)))
        micro_batches = self.accumulation.split(count, inputs, *targets)
        for index, (micro_inputs, *micro_targets) in enumerate(micro_batches):
            self.sharding.begin_micro_batch(index, count)
            features = micro_inputs if self._uses_features else self.backbone(micro_inputs)
            with autocast(self.device_type, self.precision):
                logits = self._head(features)
            loss = self._loss(logits.float(), micro_targets, *mixing[1:])
            weight = len(micro_inputs) / len(labels) * self.sharding.loss_weight
            if weight != 1:
                loss = loss * weight
            with self._overlap.finishing_gradients() if self._overlap else nullcontext():
                loss.backward()  # type: ignore[no-untyped-call]
            losses.append(loss.detach())
            all_logits.append(logits.detach())
            correct.append((all_logits[-1].argmax(1) == micro_targets[0]).sum())
        self.sharding.end_micro_batches()
        totals = self.sharding.all_reduce(self.model.parameters(), _sum(losses), _sum(correct))
        self._is_reduced = self.sharding.is_distributed
        if self.config.optim.clip_norm:  # of the whole batch, without waiting for the device
            nn.utils.clip_grad_norm_(self._trained, self.config.optim.clip_norm)
        self.optimizer.step()
        return *totals, all_logits[0] if len(all_logits) == 1 else torch.cat(all_logits)

    def _loss(self, logits: Tensor, targets: Sequence[Tensor], *weight: Tensor) -> Tensor:
        """Return the mean cross-entropy; that of mixed images has two labels and their weight."""
        smoothing = self.config.optim.label_smoothing
        losses = [
            functional.cross_entropy(logits, labels, label_smoothing=smoothing)
            for labels in targets
        ]
        return torch.lerp(losses[1], losses[0], *weight) if weight else losses[0]

    def _retry_with_more_micro_batches(self) -> None:
        self.accumulation.micro_batches *= 2
        self._reset_gradients()
        if not self._has_stepped:  # the optimizer would consider its unfinished state complete
            self.optimizer.state.clear()
        self._forget_graph()
        release_cached_memory(self.device_type)
        self.sharding.end_micro_batches()
        self.sharding.synchronize(self.model)

    def _reset_gradients(self) -> None:
        for parameter in self._trained:  # as `zero_grad` does, which takes 60 µs more
            parameter.grad = None

    def close(self) -> None:
        """End the second thread, if there is one."""
        if self._overlap:
            self._overlap.close()

    def predict(
        self,
        samples: Samples,
        on_progress: OnProgress,
        should_stop: ShouldStop = never_stop,
    ) -> Tensor:
        """Return the logits [N, K] of `eval_model` for images or cached features, on the CPU.

        Raises Stopped.
        """
        model = self.eval_model.eval()
        normalize: Callable[[Tensor], Tensor] = self.normalize
        if self._uses_features:
            _, model = self._split_layers(model)
            normalize = nn.Identity()
        return predict_logits(model, samples, normalize, self.precision, on_progress, should_stop)

    def find_silent_units(self, samples: Samples) -> SilentUnits:
        """Return the layer of `eval_model` with the most silent units, for the first samples."""
        frozen, head = self._split_layers(self.eval_model.eval())
        layers = [*head.named_children()]
        if not self._uses_features:
            layers = [*frozen.named_children(), *layers]
        reader = read_chunks(samples, max(1, chunk_size(samples) // 4))
        with closing(reader), autocast(self.device_type, self.precision):
            values = next(reader)
            inputs = values if self._uses_features else self.normalize(values)
            return find_silent_units(layers, inputs)

    def _split_layers(self, model: nn.Module) -> tuple[nn.Sequential, nn.Sequential]:
        """Return the frozen layers and the trained ones, which share the weights of `model`."""
        layers = model.get_submodule("layers")
        assert isinstance(layers, nn.Sequential)
        count = len(frozen_layers(self.config.model))
        return layers[:count], layers[count:]

    def state_dict(self) -> dict[str, object]:
        """Return everything that a later process needs to continue with the same bits."""
        return {
            "network": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "averaged": self.ema.state_dict() if self.ema else None,
            "parts": self.accumulation.micro_batches,
            "draws": self.augmentation.generator.get_state(),
            "mixup": self.mixup.generator.get_state(),
            "torch_rng": torch.get_rng_state(),
            "cuda_rng": [torch.cuda.get_rng_state()] if self.device_type == "cuda" else [],
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore what `state_dict` returned. Raises KeyError, RuntimeError, ValueError."""
        self.model.load_state_dict(state["network"])
        load_optimizer_state(self.optimizer, state["optimizer"])
        self._has_stepped = bool(self.optimizer.state)
        self._forget_graph()  # it updates the state that was replaced
        for group in self.optimizer.param_groups:  # the state may come from another device
            if "capturable" in group:
                group["capturable"] = isinstance(self._lr, Tensor)
        if self.ema:
            self.ema.load_state_dict(state["averaged"])
        if not self.sharding.is_distributed:
            self.accumulation.micro_batches = state.get("parts", 1)  # missing in earlier versions
        self.augmentation.generator.set_state(state["draws"])
        if "mixup" in state:  # missing in earlier versions
            self.mixup.generator.set_state(state["mixup"])
        torch.set_rng_state(state["torch_rng"])
        if self.device_type == "cuda" and state["cuda_rng"]:
            torch.cuda.set_rng_state(state["cuda_rng"][0])


def _sum(values: list[Tensor]) -> Tensor:
    return values[0] if len(values) == 1 else torch.stack(values).sum()
