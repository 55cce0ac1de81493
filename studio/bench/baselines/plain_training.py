"""The plain loop with the data and settings of a recipe."""

from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer
from torch.utils.data import DataLoader
from torchvision import transforms

from studio.bench.baselines import plain_loop
from studio.bench.workers.protocol import Send, wait_for_request
from studio.bench.workers.throughput import MeasuredTraining
from studio.bench.workload import Workload
from studio.config import AugmentConfig, DataConfig, TrainConfig
from studio.data import ImageDataset, Split, load_dataset
from studio.training.backend.devices import describe_device

Transforms = list[Any]  # torchvision has no type for them
MODELS = {
    "tiny-vgg": plain_loop.tiny_vgg,
    "mini-vgg-v1": plain_loop.mini_vgg_1,
    "mini-vgg-v2": plain_loop.mini_vgg_2,
}
_WARM_UP_STEPS = 20


@dataclass(frozen=True)
class PlainTraining:
    """What the plain loop needs."""

    model: nn.Module
    train: plain_loop.Loader
    val: plain_loop.Loader
    optimizer: Optimizer
    device: str

    @property
    def conditions(self) -> dict[str, object]:
        """Device, precision and threads."""
        return {
            "device": self.device,
            "device_name": describe_device(self.device).name,
            "precision": "float32",
            "threads": torch.get_num_threads(),
        }

    def warm_up(self) -> None:
        """Train for a few steps."""
        for _ in zip(range(_WARM_UP_STEPS), self.train_epoch(), strict=False):
            pass

    def train_epoch(self) -> Iterator[int]:
        """Train for one epoch; yields the size of each batch after its step."""
        return plain_loop.train_epoch(self.model, self.train, self.optimizer, self.device)

    def validate(self) -> float:
        """Return the validation accuracy, 0..1."""
        return plain_loop.validate(self.model, self.val, self.device)


def create_plain_training(workload: Workload) -> PlainTraining:
    """Return the plain loop for a workload. Raises StudioError."""
    config = workload.config
    device = describe_device(config.engine.device).device
    torch.manual_seed(config.seed)
    model = MODELS[config.model.variant]().to(device)
    dataset = load_dataset(config.data, workload.data_dir)
    normalization = _normalization(config.data, dataset)
    augmented = [*_augmentations(config.augment), *normalization]
    return PlainTraining(
        model=model,
        train=_create_loader(dataset, "train", augmented, config.optim.batch_size),
        val=_create_loader(dataset, "val", normalization, config.optim.batch_size),
        optimizer=_create_optimizer(config, model),
        device=device,
    )


def train(workload: Workload, send: Send) -> None:
    """Train until no further measurement is requested."""
    plain, training = create_plain_training(workload), MeasuredTraining(send, workload.seconds)
    training.set_conditions(**plain.conditions)
    while True:
        for images in plain.train_epoch():
            training.add_images(images)


def train_epochs(workload: Workload, send: Send) -> None:
    """For each measurement train one epoch and validate."""
    plain = create_plain_training(workload)
    plain.warm_up()
    send(plain.conditions)
    while True:
        wait_for_request()
        started = perf_counter()
        for _ in plain.train_epoch():
            pass
        plain.validate()
        send({"seconds": perf_counter() - started})


def _create_loader(
    dataset: ImageDataset, split: Split, steps: Transforms, batch_size: int
) -> plain_loop.Loader:
    indices = dataset.splits[split]
    images, labels = dataset.images[indices, 0], dataset.labels[indices]
    samples = plain_loop.ImageLabelDataset(images, labels, transforms.Compose(steps))
    return DataLoader(samples, batch_size=batch_size, shuffle=split == "train")


def _augmentations(config: AugmentConfig) -> Transforms:
    """Return torchvision's transforms for the augmentations of the recipes compared here."""
    steps: Transforms = []
    if config.flip_horizontal:
        steps.append(transforms.RandomHorizontalFlip())
    if config.rotate:
        steps.append(transforms.RandomRotation(config.rotate))
    return steps


def _normalization(config: DataConfig, dataset: ImageDataset) -> Transforms:
    steps: Transforms = [transforms.ToTensor()]
    if config.normalize == "standard":
        mean, std = ([value / 255 for value in values] for values in (dataset.mean, dataset.std))
        steps.append(transforms.Normalize(mean, std))
    return steps


def _create_optimizer(config: TrainConfig, model: nn.Module) -> Optimizer:
    optim = config.optim
    if optim.optimizer == "sgd":
        return torch.optim.SGD(model.parameters(), lr=optim.lr, momentum=optim.momentum)
    return torch.optim.Adam(model.parameters(), lr=optim.lr)
