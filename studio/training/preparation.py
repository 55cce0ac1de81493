"""Everything that a training needs before its first step: device, data, model."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from studio.callbacks import OnProgress, ShouldStop
from studio.config import TrainConfig
from studio.data import ImageDataset, load_dataset, require_splits
from studio.data.overlay.sample_fix import Fixes
from studio.runs.checkpoints import ModelCard
from studio.runs.familiarity import Familiarity
from studio.runtime import keep_freed_memory
from studio.training.backbone_file import Moments
from studio.training.backend.calibration import calibrate_settings
from studio.training.backend.compute_settings import (
    ComputeSettings,
    default_settings,
    resume_settings,
)
from studio.training.backend.devices import DeviceChoice, describe_device
from studio.training.backend.threads import set_threads
from studio.training.distributed.collectives import Collectives
from studio.training.distributed.process_group import ProcessGroup
from studio.training.distributed.sharding import RankSharding, Sharding
from studio.training.events import EpochEnd, FitStarted
from studio.training.input.batches import DeviceDataset, steps_per_epoch
from studio.training.input.cached_features import compute_features
from studio.training.input.frozen_backbone import uses_cached_features
from studio.training.input.normalization import Normalizer, pixel_moments
from studio.training.pretrained import Backbone, load_backbone
from studio.training.starting_weights import StartingWeights, load_starting_weights
from studio.training.train_step import TrainStep


@dataclass(frozen=True)
class TrainingSetup:
    """The data on the device and the seeded model; `config` is adapted to the data."""

    config: TrainConfig
    choice: DeviceChoice
    compute: ComputeSettings
    dataset: ImageDataset
    train: DeviceDataset
    val: DeviceDataset
    train_step: TrainStep

    @property
    def device(self) -> str:
        """The torch name of the device."""
        return self.choice.device

    @property
    def parameters(self) -> int:
        """The number of trained parameters."""
        parameters = self.train_step.model.parameters()
        return sum(parameter.numel() for parameter in parameters if parameter.requires_grad)

    @property
    def steps_per_epoch(self) -> int:
        """The number of batches of an epoch."""
        return steps_per_epoch(len(self.train), self.config.optim.batch_size)

    @property
    def total_steps(self) -> int:
        """The number of steps of the training."""
        steps = self.config.optim.epochs * self.steps_per_epoch
        return min(steps, self.config.engine.max_steps or steps)

    @property
    def _planned_epochs(self) -> int:
        if self.config.length[1] == "minutes":
            return 0
        return -(-self.total_steps // self.steps_per_epoch)

    def start_event(self, run_id: str, epoch: int, step: int) -> FitStarted:
        """Return the event that describes the training, which starts at `epoch` and `step`."""
        return FitStarted(
            run=run_id,
            recipe=self.config.recipe,
            epochs=self._planned_epochs,
            steps_per_epoch=self.steps_per_epoch,
            total_steps=self.total_steps,
            parameters=self.parameters,
            device=self.device,
            device_reason=self.choice.reason,
            precision=self.compute.precision,
            threads=self.compute.threads,
            train_images=len(self.train),
            val_images=len(self.val),
            test_images=len(self.dataset.splits["test"]),
            epoch=epoch,
            step=step,
            by_steps=self.config.engine.max_steps is not None,
            streamed=self.train.streamed,
            memory_format=self.compute.memory_format,
            engine_reason=self.compute.reason,
            max_minutes=self.config.engine.max_minutes,
            class_names=self.dataset.class_names,
        )

    def model_card(
        self, epoch: int, last: EpochEnd | None, familiarity: Familiarity | None
    ) -> ModelCard:
        """Return the metadata of a weights file; the arguments are of the last validation."""
        mean, std = self.train_step.normalize.moments
        return ModelCard(
            recipe=self.config.recipe,
            model=self.config.model,
            data=self.config.data,
            class_names=self.dataset.class_names,
            mean=mean,
            std=std,
            drawing=self.dataset.drawing,
            epoch=epoch,
            val_accuracy=last.val_accuracy if last else None,
            temperature=last.temperature if last else 1.0,
            select=self.config.optim.select,
            familiarity=familiarity,
        )


def prepare_training(
    config: TrainConfig,
    data_dir: Path,
    runs_dir: Path,
    on_progress: OnProgress,
    should_stop: ShouldStop,
    process_group: ProcessGroup,
    state: Mapping[str, Any] | None,
    fixes: Fixes | None = None,
) -> TrainingSetup:
    """Load the data and build the seeded model.

    `fixes` are applied to the data, by default those that `config.data.overlay` names.
    `runs_dir` contains the runs of pretrained weights. A resumed run has a `state`: it keeps the
    compute settings and the normalization with which it began, and needs no other run whose weights
    it started from. Raises StudioError, Stopped.
    """
    choice = process_group.assign_device(describe_device(config.engine.device))
    device = choice.device
    if device == "cpu":
        keep_freed_memory()
    if device.startswith("cuda"):
        configure_cuda(device)
    pretrained = _load_pretrained(config, data_dir, runs_dir, state, should_stop)
    dataset = process_group.local_main_first(
        lambda: load_dataset(config.data, data_dir, on_progress, should_stop, fixes), should_stop
    )
    require_splits(dataset, config.data)
    adapted = _adapt_config(config, dataset, pretrained)
    default = default_settings(adapted, device, process_group.local_world_size)
    # Runs with a pretrained backbone are not calibrated, and several processes would disturb each
    # other's measurements.
    calibrates = device == "cpu" and not config.model.backbone and process_group.world_size == 1

    def choose_compute_settings() -> ComputeSettings:
        if state:
            return resume_settings(state, default, device)
        if calibrates:
            return calibrate_settings(adapted, dataset, default, on_progress, should_stop)
        return default

    compute = process_group.broadcast_from_main(choose_compute_settings)
    if process_group.world_size > 1:  # the machines may have different numbers of cores
        compute = replace(compute, threads=default.threads)
    train_step = build_train_step(
        adapted,
        device,
        compute,
        choose_moments(adapted, dataset, pretrained, state),
        _initial_weights(config, pretrained, state),
        process_group.collectives,
    )
    train, val = process_group.local_main_first(
        lambda: load_splits(train_step, dataset, device, on_progress, should_stop), should_stop
    )
    return TrainingSetup(adapted, choice, compute, dataset, train, val, train_step)


def _load_pretrained(
    config: TrainConfig,
    data_dir: Path,
    runs_dir: Path,
    state: Mapping[str, Any] | None,
    should_stop: ShouldStop,
) -> Backbone | StartingWeights | None:
    """Load the weights of another training, unless a resumed run has them in its own state."""
    if not config.optim.start_from:
        return load_backbone(config, data_dir, runs_dir, should_stop)
    return None if state else load_starting_weights(config, runs_dir)


def _adapt_config(
    config: TrainConfig, dataset: ImageDataset, pretrained: Backbone | StartingWeights | None
) -> TrainConfig:
    adapted = adapt_to_data(config, dataset)
    if isinstance(pretrained, StartingWeights):
        return pretrained.adapt_config(adapted, dataset.class_names)
    return pretrained.adapt_config(adapted) if pretrained else adapted


def _initial_weights(
    config: TrainConfig,
    pretrained: Backbone | StartingWeights | None,
    state: Mapping[str, Any] | None,
) -> Mapping[str, Tensor] | None:
    if state and config.optim.start_from:  # its frozen layers compute the cached features
        weights: Mapping[str, Tensor] = state["learner"]["network"]
        return weights
    return pretrained.weights if pretrained else None


def build_train_step(
    config: TrainConfig,
    device: str,
    compute: ComputeSettings,
    moments: Moments,
    weights: Mapping[str, Tensor] | None,
    collectives: Collectives | None,
) -> TrainStep:
    """Build the seeded model; sets the number of threads of the calling thread."""
    use_overlap = device == "cpu" and compute.overlaps(config.model)
    set_threads(1 if use_overlap else compute.threads)
    return TrainStep(
        config,
        Normalizer(*moments, device, compute.torch_memory_format),
        device,
        compute.torch_dtype,
        weights,
        RankSharding(collectives) if collectives else Sharding(),
        use_overlap=use_overlap,
    )


def choose_moments(
    config: TrainConfig,
    dataset: ImageDataset,
    pretrained: Backbone | StartingWeights | None,
    state: Mapping[str, Any] | None,
) -> Moments:
    """Mean and standard deviation of the pixels; weights keep those that they were trained with."""
    if state and "normalization" in state:  # missing in earlier versions
        mean, std = state["normalization"]
        return tuple(mean), tuple(std)
    if isinstance(pretrained, StartingWeights):
        return pretrained.moments
    if pretrained and config.data.normalize == "backbone":
        return pretrained.moments
    return pixel_moments(config.data, dataset)


def load_splits(
    train_step: TrainStep,
    dataset: ImageDataset,
    device: str,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> tuple[DeviceDataset, DeviceDataset]:
    """Load the training and validation split, as images or as cached features."""
    config = train_step.config
    if uses_cached_features(config):
        backbone = train_step.backbone
        return compute_features(config, backbone, dataset, device, on_progress, should_stop)
    train = DeviceDataset.load(dataset, "train", device, should_stop)
    return train, DeviceDataset.load(dataset, "val", device, should_stop)


def configure_cuda(device: str) -> None:
    """Make `device` the current one of this thread, for its streams, generators and graphs."""
    if torch.device(device).index is not None:
        torch.cuda.set_device(device)
    # Batches of one size repay the search for the fastest kernels.
    torch.backends.cudnn.benchmark = True


def adapt_to_data(config: TrainConfig, dataset: ImageDataset) -> TrainConfig:
    """Return `config` with the model's input shape and number of classes of the data."""
    return config.with_values(
        {
            "model.in_channels": dataset.channels,
            "model.image_size": dataset.image_size,
            "model.num_classes": len(dataset.class_names),
        }
    )
