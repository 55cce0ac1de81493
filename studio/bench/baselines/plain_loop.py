"""The plain loop, written as in a PyTorch tutorial. It uses nothing of this program."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.utils.data import DataLoader, Dataset

Transform = Callable[[Image.Image], Tensor]
Loader = DataLoader[tuple[Tensor, int]]


class ImageLabelDataset(Dataset[tuple[Tensor, int]]):
    """Images uint8 [N, H, W] with labels [N], as in torchvision's MNIST."""

    def __init__(self, images: NDArray[Any], labels: NDArray[Any], transform: Transform) -> None:
        self.images, self.labels, self.transform = images, labels, transform

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return self.transform(Image.fromarray(self.images[index])), int(self.labels[index])


def tiny_vgg() -> nn.Module:
    """Return three blocks of two convolutions and a hidden layer, for images of 28 by 28 pixels."""
    blocks: list[nn.Module] = []
    for in_channels, width in ((1, 64), (64, 128), (128, 256)):
        blocks += [nn.Conv2d(in_channels, width, 3, padding=1), nn.ReLU()]
        blocks += [nn.Conv2d(width, width, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(
        *blocks,
        nn.Flatten(),
        nn.Linear(256 * 3 * 3, 256),
        nn.ReLU(),
        nn.Linear(256, 10),
    )


def mini_vgg_1() -> nn.Module:
    """Return a 5 by 5 and a 3 by 3 convolution and a hidden layer."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(3),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(32 * 4 * 4, 128),
        nn.ReLU(),
        nn.Linear(128, 10),
    )


def mini_vgg_2() -> nn.Module:
    """Return the same with batch norm in each block and layer norm before the classifier."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 5, padding=2),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.MaxPool2d(3),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.LayerNorm(32 * 4 * 4),
        nn.Linear(32 * 4 * 4, 128),
        nn.ReLU(),
        nn.Linear(128, 10),
    )


def train_epoch(
    model: nn.Module, loader: Loader, optimizer: Optimizer, device: str
) -> Iterator[int]:
    """Train for one epoch; yields the size of each batch after its step."""
    loss_function = nn.CrossEntropyLoss()
    running_loss = 0.0
    model.train()
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        loss = loss_function(model(images), labels)
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
        yield len(labels)


def validate(model: nn.Module, loader: Loader, device: str) -> float:
    """Return the accuracy, 0..1."""
    correct = 0
    model.eval()
    with torch.no_grad():
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            correct += (model(images).argmax(1) == labels).sum().item()
    return correct / len(loader.dataset)  # type: ignore[arg-type]
