"""Models trained on one part of the training split, to predict samples that they never saw."""

import math
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.callbacks import OnProgress, ShouldStop, ignore_progress
from studio.config import MOST_EPOCHS, TrainConfig
from studio.data import ImageDataset
from studio.errors import Stopped, StudioError
from studio.training.backend.calibration import calibrate_settings
from studio.training.backend.compute_settings import ComputeSettings, default_settings
from studio.training.backend.devices import describe_device
from studio.training.backend.threads import use_threads
from studio.training.input.batches import DeviceDataset, epoch_order, steps_per_epoch
from studio.training.input.samples import Samples
from studio.training.preparation import (
    adapt_to_data,
    build_train_step,
    choose_moments,
    load_splits,
)
from studio.training.pretrained import Backbone, load_backbone
from studio.training.schedules import learning_rate
from studio.training.train_step import TrainStep

Rows = NDArray[np.int64]

# Epochs of a fold as a fraction of those of the run: with 70 % as many flipped labels were found as
# with all. An epoch of a fold has half of the steps. Folds of a very short training or of a small
# dataset, which take seconds, get up to twice the epochs.
MIN_FRACTION, MAX_FRACTION = 0.7, 2.0
FEW_STEPS, FEW_SAMPLES = 500, 2_500
# The log-probabilities after so many last epochs are averaged.
AVERAGED_EPOCHS = 3


@dataclass(frozen=True)
class FoldSetup:
    """What the models of all folds share. `config` is that of a fold, adapted to the data."""

    config: TrainConfig
    dataset: ImageDataset
    device: str
    compute: ComputeSettings
    backbone: Backbone | None

    @classmethod
    def prepare(
        cls,
        config: TrainConfig,
        dataset: ImageDataset,
        data_dir: Path,
        runs_dir: Path,
        on_progress: OnProgress,
        should_stop: ShouldStop,
    ) -> Self:
        """Choose the device and compute settings that a training with `config` would choose.

        Raises StudioError, Stopped.
        """
        device = describe_device(config.engine.device).device
        backbone = load_backbone(config, data_dir, runs_dir, should_stop)
        adapted = adapt_to_data(config, dataset)
        if backbone:
            adapted = backbone.adapt_config(adapted)
        compute = default_settings(adapted, device)
        if device == "cpu" and not backbone:
            compute = calibrate_settings(adapted, dataset, compute, on_progress, should_stop)
        config = _fold_config(adapted, len(dataset.splits["train"]))
        return cls(config, dataset, device, compute, backbone)

    def build_train_step(self) -> TrainStep:
        """Build a new model, always with the same random weights."""
        backbone = self.backbone
        moments = choose_moments(self.config, self.dataset, backbone, None)
        weights = backbone.weights if backbone else None
        return build_train_step(self.config, self.device, self.compute, moments, weights, None)

    def total_steps(self, samples: int) -> int:
        """The number of steps of a training with so many samples."""
        optim = self.config.optim
        steps = optim.epochs * steps_per_epoch(samples, optim.batch_size)
        fraction = samples / max(len(self.dataset.splits["train"]), 1)
        limit = self.config.engine.max_steps
        return min(steps, max(1, math.ceil(limit * fraction))) if limit else steps


def _fold_config(config: TrainConfig, samples: int) -> TrainConfig:
    """Return the configuration of a fold of a run with so many training samples."""
    epochs, limit = config.optim.epochs, config.engine.max_steps
    steps = epochs * steps_per_epoch(samples, config.optim.batch_size)
    fraction = epoch_fraction(min(steps, limit or steps), samples)
    return config.with_values(
        {
            "optim.epochs": min(MOST_EPOCHS, math.ceil(fraction * epochs)),
            "engine.max_steps": math.ceil(fraction * limit) if limit else None,
        }
    )


def epoch_fraction(steps: int, samples: int) -> float:
    """Return the epochs of a fold as a fraction of those of a run of so many steps and samples."""
    wanted = max(FEW_STEPS / max(steps, 1), FEW_SAMPLES / max(samples, 1))
    return min(MAX_FRACTION, max(MIN_FRACTION, wanted))


class MeanLogProbabilities:
    """Means of log-probabilities over epochs and models, for N samples and K classes."""

    def __init__(self, samples: int, classes: int) -> None:
        self._sums = np.zeros((samples, classes), np.float32)
        self._counts = np.zeros(samples, np.int64)

    def add(self, rows: Rows, logits: Tensor) -> None:
        """Add the logits [n, K] of the samples `rows`."""
        self._sums[rows] += logits.float().log_softmax(1).numpy()
        self._counts[rows] += 1

    def means(self) -> NDArray[np.float32]:
        """Return the means, float32 [N, K]; NaN for samples that were never added."""
        counts = np.where(self._counts > 0, self._counts, np.nan)
        return np.asarray(self._sums / counts[:, None], np.float32)


def train_fold(
    setup: FoldSetup,
    rows: Rows,
    predict: dict[str, tuple[Rows, MeanLogProbabilities]],
    on_step: Callable[[], None],
    should_stop: ShouldStop,
) -> None:
    """Train a new model on the samples `rows` of the training split, and predict others.

    `predict` names for "train" and "val" the rows of that split to predict, and where to add their
    logits after each of the last epochs. Raises StudioError when the training diverges, Stopped.
    """
    if should_stop():
        raise Stopped
    with use_threads(torch.get_num_threads()), closing(setup.build_train_step()) as train_step:
        splits = load_splits(train_step, setup.dataset, setup.device, ignore_progress, should_stop)
        data = dict(zip(("train", "val"), splits, strict=True))
        for remaining in _train_epochs(
            setup, train_step, data["train"], rows, on_step, should_stop
        ):
            if remaining < AVERAGED_EPOCHS:
                for split, (unseen, means) in predict.items():
                    means.add(unseen, _predict(setup, train_step, data[split], unseen))


def _train_epochs(
    setup: FoldSetup,
    train_step: TrainStep,
    data: DeviceDataset,
    rows: Rows,
    on_step: Callable[[], None],
    should_stop: ShouldStop,
) -> Iterator[int]:
    """Train epoch after epoch; yield after each how many follow."""
    optim, seed = setup.config.optim, setup.config.seed
    samples, step, epoch = torch.from_numpy(rows), 0, 0
    per_epoch = steps_per_epoch(len(rows), optim.batch_size)
    total = setup.total_steps(len(rows))
    while step < total:
        order = epoch_order(len(rows), optim.batch_size, seed, epoch)[: total - step]
        train_step.train()
        with closing(data.batches([samples[batch] for batch in order], epoch)) as batches:
            for images, labels in batches:
                if should_stop():
                    raise Stopped
                train_step.set_lr(learning_rate(optim, step, per_epoch, total))
                train_step.step(images, labels)
                step += 1
                on_step()
        epoch += 1
        yield -(-(total - step) // per_epoch)


def _predict(setup: FoldSetup, train_step: TrainStep, data: DeviceDataset, rows: Rows) -> Tensor:
    """Return the mean logits [n, K] of samples over their cached views."""
    with use_threads(setup.compute.threads):
        views = [
            train_step.predict(_select(data.images, rows + view * len(data)), ignore_progress)
            for view in range(data.views)
        ]
    logits = torch.stack(views).mean(0)
    if not torch.isfinite(logits).all():
        raise StudioError(
            "The training of a model for the cross-validation diverged.",
            "Train the run again with a lower learning rate.",
        )
    return logits


def _select(images: Samples, rows: Rows) -> Samples:
    if isinstance(images, Tensor):
        return images[torch.from_numpy(rows).to(images.device)]
    return replace(images, indices=images.indices[rows])
