"""Fine-tune a model on a few drawings of one person without it forgetting its own data.

Each step has augmented drawings with their labels, and replayed samples of the model's own training
data, for which it keeps the probabilities that it had (Z. Li, D. Hoiem, Learning without
Forgetting, 2016). Statistics of batch normalization stay those of the original training: a batch of
a single writer would shift them for all others. The result is a point between the old weights and
the fine-tuned ones, which keeps most of what either can (M. Wortsman et al., Robust Fine-Tuning of
Zero-Shot Models, 2022): the farthest one whose accuracy on the validation split of the model's own
data is not lower by more than a limit. The drawings have no say in it.

Only the last layers learn, those of the bundled model that are linear. The others find strokes and
corners, which nobody draws in another way; their output is computed once for each sample, so that
the whole takes seconds.
"""

import copy
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.config import AugmentConfig, ModelConfig
from studio.data.augment import augment
from studio.errors import Stopped
from studio.models import plan_layers
from studio.training.functional_adam import FunctionalAdam

# A little more than what one person's drawings of a class differ by.
OWN_AUGMENT = AugmentConfig(rotate=12, shear=12, zoom=0.12, shift=0.06, thickness=0.8)
REPLAY_AUGMENT = AugmentConfig(rotate=6, shear=6, zoom=0.06, shift=0.03, thickness=0.3)

# How far the result may lie from the old weights (0) to the fine-tuned ones (1), farthest first.
BLENDS = (0.8, 0.6, 0.45, 0.3, 0.2, 0.1)
MAX_LOSS = 0.001  # of the validation accuracy; one sample is always allowed

# Multiply-adds of the trained layers for one image: the linear layers of the bundled model take
# 0.3 million, its last convolution seven. A model with a single linear layer trains a block more.
_TRAINED_MULTIPLY_ADDS = 1_000_000

_CHUNK = 100  # images at a time: a fraction of a second, after which a cancel is heard
_WARM_UP = 0.2  # fraction of the steps in which the learning rate rises


@dataclass(frozen=True)
class AdaptationSettings:
    """How a model is adapted; the defaults were tried on `studio.bench.synthetic_writers`.

    `views` is how many augmented versions of each drawing there are, `replay` the number of
    replayed samples. A batch has `drawing_batch` drawings and `replay_batch` replayed samples.
    """

    steps: int = 80
    views: int = 15
    replay: int = 3000
    drawing_batch: int = 24
    replay_batch: int = 96
    lr: float = 3e-3
    replay_weight: float = 6.0
    seed: int = 0


@dataclass(frozen=True)
class AdaptedModel:
    """A model, and how far its weights lie from the old ones (0) to the fine-tuned ones (1)."""

    model: nn.Module
    blend: float


@dataclass(frozen=True)
class Features:
    """The input of the trained layers [N, ...], and the probabilities [N, K] to learn."""

    inputs: Tensor
    targets: Tensor

    def draw(self, count: int, rows: Tensor, generator: torch.Generator) -> "Features":
        """Return a random batch of `rows`."""
        drawn = rows[torch.randint(len(rows), (count,), generator=generator)]
        return Features(self.inputs[drawn], self.targets[drawn])


@dataclass(frozen=True)
class LabeledImages:
    """Model inputs uint8 [N, C, H, W] and their labels, int64 [N]."""

    images: Tensor
    labels: Tensor


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
        self._model = model
        self._depth = first_trained_layer(config)
        layers = _layers(model)
        self._fixed, self._trained = layers[: self._depth], layers[self._depth :]
        self._normalize = normalize
        self._settings = settings

    def prepare(
        self,
        replay: Tensor,
        validation: LabeledImages,
        on_progress: OnProgress = ignore_progress,
        should_stop: ShouldStop = never_stop,
    ) -> None:
        """Compute the features of the model's own data, before those of drawings.

        `replay` are images of its training split, uint8 [R, C, H, W]; `validation` is its
        validation split, which may be empty. Raises Stopped.
        """
        settings = self._settings
        generator = torch.Generator().manual_seed(settings.seed)
        chosen = torch.randperm(len(replay), generator=generator)[: settings.replay]
        progress = _Progress(len(chosen) + len(validation.images), on_progress, should_stop)
        inputs = self._augmented(replay[chosen], REPLAY_AUGMENT, generator, progress)
        self._replayed = Features(inputs, _forward(self._trained, inputs).softmax(1))
        found = [self._features(chunk) for chunk in progress.chunks(validation.images)]
        self._validation = torch.cat([inputs[:0], *found])
        self._val_labels = validation.labels
        self._val_correct = self._count_correct(self._trained)

    def set_drawings(
        self,
        drawings: LabeledImages,
        on_progress: OnProgress = ignore_progress,
        should_stop: ShouldStop = never_stop,
    ) -> None:
        """Compute the features of the drawings to adapt to, in place of others. Raises Stopped."""
        settings = self._settings
        generator = torch.Generator().manual_seed(settings.seed + 2)
        views = drawings.images.repeat(settings.views, 1, 1, 1)
        progress = _Progress(len(views), on_progress, should_stop)
        inputs = self._augmented(views, OWN_AUGMENT, generator, progress)
        classes = self._replayed.targets.shape[1]
        targets = functional.one_hot(drawings.labels.repeat(settings.views), classes)
        self._own = Features(inputs, targets.float())
        self._own_count = len(drawings.images)

    def fit(
        self,
        chosen: Tensor | None = None,
        on_progress: OnProgress = ignore_progress,
        should_stop: ShouldStop = never_stop,
    ) -> AdaptedModel:
        """Return a copy of the model that is adapted to the drawings `chosen`, int64, or to all.

        Raises Stopped.
        """
        settings = self._settings
        chosen = torch.arange(self._own_count) if chosen is None else chosen
        rows = torch.cat([chosen + view * self._own_count for view in range(settings.views)])
        adapted = copy.deepcopy(self._model).eval()
        layers = _layers(adapted)[self._depth :]
        self._train(layers, rows, on_progress, should_stop)
        return AdaptedModel(adapted, self._blend(layers))

    def validate(self, adapted: nn.Module) -> tuple[Tensor, Tensor]:
        """The inputs [V, D] of the last layer, and the logits [V, K], of the validation samples."""
        *layers, output = _layers(adapted)[self._depth :]
        features = _forward(nn.Sequential(*layers), self._validation)
        return features, _forward(output, features)

    def validation_change(self, adapted: nn.Module) -> float:
        """The change of the accuracy on the validation split; negative for a loss."""
        correct = self._count_correct(_layers(adapted)[self._depth :])
        return (correct - self._val_correct) / max(1, len(self._val_labels))

    def compare(
        self,
        adapted: nn.Module,
        images: Tensor,
        on_progress: OnProgress = ignore_progress,
        should_stop: ShouldStop = never_stop,
    ) -> tuple[Tensor, Tensor]:
        """The classes that the old and the adapted model predict, int64 [N] each.

        `images` are uint8 [N, C, H, W]. What both models share is computed once. Raises Stopped.
        """
        progress = _Progress(len(images), on_progress, should_stop)
        new = _layers(adapted)[self._depth :]
        before, after = [], []
        for chunk in progress.chunks(images):
            features = self._features(chunk)
            before.append(_forward(self._trained, features).argmax(1))
            after.append(_forward(new, features).argmax(1))
        return torch.cat(before), torch.cat(after)

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
        optimizer = FunctionalAdam(list(layers.parameters()))
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
            optimizer.step(loss + settings.replay_weight * kept, _rate(settings, step))
            on_progress((step + 1) / settings.steps, "")
        for parameter in layers.parameters():
            parameter.requires_grad_(False)

    def _blend(self, layers: nn.Sequential) -> float:
        """Move the fine-tuned weights back as far as needed; return how far they are now."""
        allowed = max(1, int(MAX_LOSS * len(self._val_labels)))
        tuned = [parameter.detach().clone() for parameter in layers.parameters()]
        for blend in BLENDS:
            pairs = zip(layers.parameters(), self._trained.parameters(), tuned, strict=True)
            with torch.no_grad():
                for parameter, old, new in pairs:
                    parameter.copy_(torch.lerp(old, new, blend))
            if self._count_correct(layers) >= self._val_correct - allowed:
                break
        return blend

    def _augmented(
        self,
        images: Tensor,
        config: AugmentConfig,
        generator: torch.Generator,
        progress: "_Progress",
    ) -> Tensor:
        chunks = progress.chunks(images)
        return torch.cat([self._features(augment(chunk, config, generator)) for chunk in chunks])

    def _features(self, images: Tensor) -> Tensor:
        return _forward(self._fixed, self._normalize(images))

    def _count_correct(self, layers: nn.Sequential) -> int:
        """How many validation samples trained layers predict correctly."""
        return int((_forward(layers, self._validation).argmax(1) == self._val_labels).sum())


class _Progress:
    """Splits images into chunks, reports how many of `total` are done, and raises Stopped."""

    def __init__(self, total: int, on_progress: OnProgress, should_stop: ShouldStop) -> None:
        self._done, self._total = 0, total
        self._on_progress, self._should_stop = on_progress, should_stop

    def chunks(self, images: Tensor) -> Iterator[Tensor]:
        """Yield the images in chunks."""
        for start in range(0, len(images), _CHUNK):
            if self._should_stop():
                raise Stopped
            chunk = images[start : start + _CHUNK]
            yield chunk
            self._done += len(chunk)
            self._on_progress(self._done / self._total, "")


def _rate(settings: AdaptationSettings, step: int) -> float:
    """The learning rate of a step: it rises linearly, then falls to 0 along half a cosine."""
    rising = _WARM_UP * settings.steps
    if step + 1 < rising:
        return settings.lr * (step + 1) / rising
    return (
        settings.lr * (1 + math.cos(math.pi * (step + 1 - rising) / (settings.steps - rising))) / 2
    )


def _layers(model: nn.Module) -> nn.Sequential:
    layers = model.get_submodule("layers")
    assert isinstance(layers, nn.Sequential)
    return layers


@torch.no_grad()
def _forward(layers: nn.Module, inputs: Tensor) -> Tensor:
    return torch.cat([layers(chunk) for chunk in torch.split(inputs, _CHUNK)])


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
