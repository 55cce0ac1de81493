"""Everything a training needs before its first step."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from studio.callbacks import OnProgress, ShouldStop
from studio.config import TrainConfig
from studio.data import ImageDataset, load_dataset, require_splits
from studio.runs.checkpoints import NetworkCard
from studio.training.allocator import keep_pages
from studio.training.backend.calibration import choose_engine
from studio.training.backend.devices import DeviceChoice, describe_device
from studio.training.backend.engine import Engine, begun_engine, default_engine
from studio.training.backend.threads import set_threads
from studio.training.distributed.process_group import World
from studio.training.events import EpochEnd, FitStarted
from studio.training.input.batches import DeviceData, Normalizer, pixel_moments, steps_per_epoch
from studio.training.input.features import compute_features
from studio.training.pretrained import load_backbone
from studio.training.train_step import Learner


@dataclass(frozen=True)
class Setup:
    """Data on the device and a freshly seeded learner; `config` is fitted to the data."""

    config: TrainConfig
    choice: DeviceChoice
    engine: Engine
    image_set: ImageDataset
    train: DeviceData
    val: DeviceData
    normalize: Normalizer
    learner: Learner

    @property
    def device(self) -> str:
        """Torch's name of the device."""
        return self.choice.device

    @property
    def parameters(self) -> int:
        """Scalars that are learned."""
        parameters = self.learner.network.parameters()
        return sum(parameter.numel() for parameter in parameters if parameter.requires_grad)

    @property
    def steps_per_epoch(self) -> int:
        """Batches of one epoch."""
        return steps_per_epoch(len(self.train), self.config.optim.batch_size)

    @property
    def total_steps(self) -> int:
        """Steps of the whole training."""
        steps = self.config.optim.epochs * self.steps_per_epoch
        return min(steps, self.config.engine.max_steps or steps)

    def started(self, run_id: str, epoch: int, step: int) -> FitStarted:
        """The event that tells all this."""
        return FitStarted(
            run=run_id,
            recipe=self.config.recipe,
            epochs=-(-self.total_steps // self.steps_per_epoch),
            steps_per_epoch=self.steps_per_epoch,
            total_steps=self.total_steps,
            parameters=self.parameters,
            device=self.device,
            device_reason=self.choice.reason,
            precision=self.engine.precision,
            threads=self.engine.threads,
            train_images=len(self.train),
            val_images=len(self.val),
            test_images=len(self.image_set.splits["test"]),
            epoch=epoch,
            step=step,
            by_steps=self.config.engine.max_steps is not None,
            streamed=self.train.streamed,
            memory_format=self.engine.memory_format,
            engine_reason=self.engine.reason,
        )

    def card(self, epoch: int, last: EpochEnd | None) -> NetworkCard:
        """What the weights file will say of itself; `last` is the newest validation."""
        return NetworkCard(
            recipe=self.config.recipe,
            model=self.config.model,
            data=self.config.data,
            class_names=self.image_set.class_names,
            mean=self.normalize.moments[0],
            std=self.normalize.moments[1],
            drawing=self.image_set.drawing,
            epoch=epoch,
            val_accuracy=last.val_accuracy if last else None,
            temperature=last.temperature if last else 1.0,
            select=self.config.optim.select,
        )


def prepare(
    config: TrainConfig,
    data_dir: Path,
    runs_dir: Path,
    on_progress: OnProgress,
    should_stop: ShouldStop,
    world: World,
    state: Mapping[str, Any] | None = None,
) -> Setup:
    """Read the data and build the learner, seeded; `runs_dir` is where a backbone's run lies.

    With the `state` of a run that goes on, it computes as before. Raises StudioError, Stopped.
    """
    choice = world.place(describe_device(config.engine.device))
    if choice.device == "cpu":
        keep_pages()
    if choice.device.startswith("cuda"):
        _prepare_cuda(choice.device)
    backbone = load_backbone(config, data_dir, runs_dir)
    image_set = world.in_turn(
        lambda: load_dataset(config.data, data_dir, on_progress, should_stop), should_stop
    )
    require_splits(image_set, config.data)
    config = fit_to_data(config, image_set)
    if backbone:
        config = backbone.fit(config)
    usual = default_engine(config, choice.device, world.local_size)

    def choose() -> Engine:
        if state:
            return begun_engine(state, usual, choice.device)
        # What is lent runs in its own way; several processes would disturb each other's steps.
        if choice.device != "cpu" or backbone or world.size > 1:
            return usual
        return choose_engine(config, image_set, usual, on_progress, should_stop)

    engine = world.decide(choose)
    if world.size > 1:  # machines of one training may differ in their cores
        engine = replace(engine, threads=usual.threads)
    overlap = choice.device == "cpu" and engine.overlaps(config.model)
    set_threads(1 if overlap else engine.threads)
    own = config.data.normalize == "backbone" and backbone
    moments = own.moments if own else pixel_moments(config.data, image_set)
    normalize = Normalizer(*moments, choice.device, engine.layout)
    weights = backbone.weights if backbone else None
    learner = Learner(
        config, normalize, choice.device, engine.dtype, weights, world.share, overlap=overlap
    )
    train, val = world.in_turn(
        lambda: _parts(learner, image_set, choice.device, on_progress, should_stop), should_stop
    )
    return Setup(
        config=config,
        choice=choice,
        engine=engine,
        image_set=image_set,
        train=train,
        val=val,
        normalize=normalize,
        learner=learner,
    )


def _prepare_cuda(device: str) -> None:
    """Make `device` this thread's own: streams, generators and graphs are those of the current one.

    Batches of one size pay for a search of the best kernels.
    """
    if torch.device(device).index is not None:
        torch.cuda.set_device(device)
    torch.backends.cudnn.benchmark = True


def _parts(
    learner: Learner,
    image_set: ImageDataset,
    device: str,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> tuple[DeviceData, DeviceData]:
    """Training and validation as the learner takes them."""
    if learner.reads_features:
        return compute_features(learner, image_set, device, on_progress, should_stop)
    train = DeviceData.of(image_set, "train", device, should_stop)
    return train, DeviceData.of(image_set, "val", device, should_stop)


def fit_to_data(config: TrainConfig, image_set: ImageDataset) -> TrainConfig:
    """The configuration with the network's input and output as the data demand."""
    return config.with_values(
        {
            "model.in_channels": image_set.channels,
            "model.image_size": image_set.image_size,
            "model.num_classes": len(image_set.class_names),
        }
    )
