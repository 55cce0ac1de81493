"""Fine-tune a model on a few drawings of one person without it forgetting its own data.

Each step has augmented drawings with their labels, and replayed samples of the model's own training
data, for which it keeps the probabilities that it had (Z. Li, D. Hoiem, Learning without
Forgetting, 2016). Statistics of batch normalization stay those of the original training: a batch of
a single writer would shift them for all others. The result is a point between the old weights and
the fine-tuned ones, which keeps most of what either can (M. Wortsman et al., Robust Fine-Tuning of
Zero-Shot Models, 2022).

Only the last layers learn. The first ones find strokes and corners, which nobody draws in another
way; their output is computed once for each sample, so that the whole takes seconds.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.config import AugmentConfig, ModelConfig
from studio.data.augment import augment
from studio.errors import Stopped
from studio.models import plan_layers

# A little more than what one person's drawings of a class differ by.
OWN_AUGMENT = AugmentConfig(rotate=12, shear=12, zoom=0.12, shift=0.06, thickness=0.8)
REPLAY_AUGMENT = AugmentConfig(rotate=6, shear=6, zoom=0.06, shift=0.03, thickness=0.3)

# Multiply-adds of the trained layers for one image: those of the last block of the bundled model.
_TRAINED_MULTIPLY_ADDS = 16_000_000

_CHUNK = 250  # images whose features are computed at a time
_WARM_UP = 0.2  # fraction of the steps in which the learning rate rises


@dataclass(frozen=True)
class AdaptationSettings:
    """How a model is adapted; the defaults were tried on `studio.bench.synthetic_writers`.

    `views` is how many augmented versions of each drawing there are, `replay` the number of
    replayed samples. A batch has `drawing_batch` drawings and `replay_batch` replayed samples.
    `blend` is how far the result lies from the old weights (0) to the fine-tuned ones (1).
    """

    steps: int = 120
    views: int = 25
    replay: int = 6000
    drawing_batch: int = 24
    replay_batch: int = 96
    lr: float = 3e-4
    replay_weight: float = 6.0
    blend: float = 0.4
    seed: int = 0


@dataclass(frozen=True)
class Features:
    """The input of the trained layers [N, ...], and the probabilities [N, K] to learn."""

    inputs: Tensor
    targets: Tensor

    def draw(self, count: int, rows: Tensor, generator: torch.Generator) -> "Features":
        """Return a random batch of `rows`."""
        drawn = rows[torch.randint(len(rows), (count,), generator=generator)]
        return Features(self.inputs[drawn], self.targets[drawn])


class Adapter:
    """Adapts one model to some drawings, or to parts of them.

    `model` is in evaluation mode, on the CPU, in float32, and stays as it is. `normalize` makes its
    inputs from images of 0..255. Everything depends on the arguments and the number of threads
    only, not on what was computed before.
    """

    def __init__(
        self,
        model: nn.Module,
        config: ModelConfig,
        normalize: Callable[[Tensor], Tensor],
        settings: AdaptationSettings,
    ) -> None:
        layers = model.get_submodule("layers")
        assert isinstance(layers, nn.Sequential)
        self._model = model
        self._depth = first_trained_layer(config)
        self._fixed, self._trained = layers[: self._depth], layers[self._depth :]
        self._normalize = normalize
        self._settings = settings

    def prepare(
        self,
        images: Tensor,
        labels: Tensor,
        replay: Tensor,
        on_progress: OnProgress = ignore_progress,
        should_stop: ShouldStop = never_stop,
    ) -> None:
        """Compute the features of the drawings and of the replayed samples.

        `images` are model inputs uint8 [N, C, H, W], `labels` int64 [N]; `replay` are images of the
        model's training data, uint8 [R, C, H, W]. Raises Stopped.
        """
        settings = self._settings
        generator = torch.Generator().manual_seed(settings.seed)
        chosen = torch.randperm(len(replay), generator=generator)[: settings.replay]
        views = images.repeat(settings.views, 1, 1, 1)
        done, total = 0, len(chosen) + len(views)

        def features(samples: Tensor, config: AugmentConfig) -> Tensor:
            nonlocal done
            found = []
            for chunk in torch.split(samples, _CHUNK):
                if should_stop():
                    raise Stopped
                inputs = self._normalize(augment(chunk, config, generator))
                with torch.no_grad():
                    found.append(self._fixed(inputs))
                done += len(chunk)
                on_progress(done / total, "")
            return torch.cat(found)

        inputs = features(replay[chosen], REPLAY_AUGMENT)
        with torch.no_grad():
            logits = torch.cat([self._trained(chunk) for chunk in torch.split(inputs, _CHUNK)])
        self._replayed = Features(inputs, logits.softmax(1))
        targets = functional.one_hot(labels.repeat(settings.views), logits.shape[1]).float()
        self._own = Features(features(views, OWN_AUGMENT), targets)
        self._own_count = len(images)

    def fit(
        self,
        chosen: Tensor | None = None,
        on_progress: OnProgress = ignore_progress,
        should_stop: ShouldStop = never_stop,
    ) -> nn.Module:
        """Return a copy of the model that is adapted to the drawings `chosen`, int64, or to all.

        Raises Stopped.
        """
        settings = self._settings
        chosen = torch.arange(self._own_count) if chosen is None else chosen
        rows = torch.cat([chosen + view * self._own_count for view in range(settings.views)])
        adapted = copy.deepcopy(self._model).eval()
        layers = adapted.get_submodule("layers")
        assert isinstance(layers, nn.Sequential)
        self._train(layers[self._depth :], rows, on_progress, should_stop)
        with torch.no_grad():
            before_layers = self._model.get_submodule("layers")
            pairs = zip(layers.parameters(), before_layers.parameters(), strict=True)
            for parameter, before in pairs:
                parameter.lerp_(before, 1 - settings.blend)
        return adapted

    def _train(
        self,
        layers: nn.Sequential,
        rows: Tensor,
        on_progress: OnProgress,
        should_stop: ShouldStop,
    ) -> None:
        settings, all_replayed = self._settings, torch.arange(len(self._replayed.inputs))
        generator = torch.Generator().manual_seed(settings.seed + 1)
        for parameter in layers.parameters():
            parameter.requires_grad_(True)
        optimizer = torch.optim.AdamW(layers.parameters(), lr=settings.lr, weight_decay=0)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, settings.lr, settings.steps, pct_start=_WARM_UP, cycle_momentum=False
        )
        for step in range(settings.steps):
            if should_stop():
                raise Stopped
            own = self._own.draw(settings.drawing_batch, rows, generator)
            replayed = self._replayed.draw(settings.replay_batch, all_replayed, generator)
            logits = layers(torch.cat((own.inputs, replayed.inputs)))
            drawing_logits, other_logits = torch.split(
                logits, [settings.drawing_batch, settings.replay_batch]
            )
            loss = functional.cross_entropy(drawing_logits, own.targets)
            kept = functional.cross_entropy(other_logits, replayed.targets)
            optimizer.zero_grad(set_to_none=True)
            total: Tensor = loss + settings.replay_weight * kept
            total.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            on_progress((step + 1) / settings.steps, "")
        for parameter in layers.parameters():
            parameter.requires_grad_(False)


def first_trained_layer(config: ModelConfig) -> int:
    """Return the index of the first layer that learns: a convolution, or a linear layer.

    From it on the layers take few multiply-adds; the last linear layer always learns.
    """
    layers = plan_layers(config)
    best, total = len(layers) - 1, 0
    for index in reversed(range(len(layers))):
        total += layers[index].multiply_adds
        if total > _TRAINED_MULTIPLY_ADDS:
            break
        if layers[index].kind in ("conv", "linear"):
            best = index
    return best
