"""The plain loop on a recipe's data and settings."""

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
from studio.bench.workers.protocol import Say, Turns, wait_for_turn
from studio.bench.workload import Workload
from studio.config import AugmentConfig, DataConfig, TrainConfig
from studio.data import ImageDataset, Split, load_dataset
from studio.training.backend.devices import describe_device

Steps = list[Any]  # torchvision gives its transforms no type
NETWORKS = {
    "tiny-vgg": plain_loop.tiny_vgg,
    "mini-vgg-v1": plain_loop.mini_vgg_1,
    "mini-vgg-v2": plain_loop.mini_vgg_2,
}


@dataclass(frozen=True)
class Plain:
    """All that the plain loop needs, and with what it runs."""

    network: nn.Module
    train: plain_loop.Loader
    val: plain_loop.Loader
    optimizer: Optimizer
    device: str

    @property
    def facts(self) -> dict[str, object]:
        """What it is measured with."""
        return {
            "device": self.device,
            "device_name": describe_device(self.device).name,
            "precision": "float32",
            "threads": torch.get_num_threads(),
        }

    def epoch(self) -> Iterator[int]:
        """One epoch; yields the size of each batch when it is done."""
        return plain_loop.train_epoch(self.network, self.train, self.optimizer, self.device)


def build(workload: Workload) -> Plain:
    """The plain loop for a workload. Raises StudioError."""
    config = workload.config
    device = describe_device(config.engine.device).device
    torch.manual_seed(config.seed)
    network = NETWORKS[config.model.variant]().to(device)
    image_set = load_dataset(config.data, workload.data_dir)
    normalise = _normalise(config.data, image_set)
    changes = [*_changes(config.augment), *normalise]
    return Plain(
        network=network,
        train=_loader(image_set, "train", changes, config.optim.batch_size),
        val=_loader(image_set, "val", normalise, config.optim.batch_size),
        optimizer=_optimizer(config, network),
        device=device,
    )


def train(workload: Workload, say: Say) -> None:
    """Train until nobody asks for another turn."""
    plain, turns = build(workload), Turns(say, workload.seconds)
    turns.tell_facts(**plain.facts)
    while True:
        for images in plain.epoch():
            turns.report(images)


def train_epochs(workload: Workload, say: Say) -> None:
    """In each turn one epoch with its validation; the warm-up is a few steps."""
    plain = build(workload)
    for _ in zip(range(20), plain.epoch(), strict=False):
        pass
    say(plain.facts)
    while True:
        wait_for_turn()
        began = perf_counter()
        for _ in plain.epoch():
            pass
        plain_loop.validate(plain.network, plain.val, plain.device)
        say({"seconds": perf_counter() - began})


def _loader(
    image_set: ImageDataset, split: Split, steps: Steps, batch_size: int
) -> plain_loop.Loader:
    rows = image_set.splits[split]
    images, labels = image_set.images[rows, 0], image_set.labels[rows]
    pictures = plain_loop.Pictures(images, labels, transforms.Compose(steps))
    return DataLoader(pictures, batch_size=batch_size, shuffle=split == "train")


def _changes(config: AugmentConfig) -> Steps:
    """Torchvision's words for the changes the recipes compared here make."""
    steps: Steps = []
    if config.flip_horizontal:
        steps.append(transforms.RandomHorizontalFlip())
    if config.rotate:
        steps.append(transforms.RandomRotation(config.rotate))
    return steps


def _normalise(config: DataConfig, image_set: ImageDataset) -> Steps:
    steps: Steps = [transforms.ToTensor()]
    if config.normalize == "standard":
        mean, std = ([value / 255 for value in image_set.mean], [v / 255 for v in image_set.std])
        steps.append(transforms.Normalize(mean, std))
    return steps


def _optimizer(config: TrainConfig, network: nn.Module) -> Optimizer:
    optim = config.optim
    if optim.optimizer == "sgd":
        return torch.optim.SGD(network.parameters(), lr=optim.lr, momentum=optim.momentum)
    return torch.optim.Adam(network.parameters(), lr=optim.lr)
