"""What a frozen backbone makes of the pictures: computed once, kept on disk, read by the head."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.callbacks import OnProgress, ShouldStop
from studio.config import TrainConfig
from studio.data import ImageDataset, Split
from studio.data.augment import augment
from studio.data.pixel_cache import build_pixels, open_pixels
from studio.errors import Stopped
from studio.models.backbone import frozen_layers
from studio.training.input.batches import DeviceData
from studio.training.input.tensors import place_rows
from studio.training.train_step import Learner

Features = NDArray[np.float16]

_LARGEST = float(np.finfo(np.float16).max)
# Pixels a step: a wish to stop is heard after about a second of VGG-19 on one core.
_STEP_PIXELS, _STEP_PICTURES = 1 << 18, 256


def compute_features(
    learner: Learner,
    image_set: ImageDataset,
    device: str,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> tuple[DeviceData, DeviceData]:
    """Training in each of its views, and validation as it is, through the learner's trunk.

    Views are the seeded random changes of the settings, or one view where they change nothing.
    Raises DatasetError when the disk is full, Stopped when asked to stop; what was done is then
    forgotten.
    """
    config = learner.config
    views = config.model.views if config.augment.active else 1
    key = _key(learner, image_set, views, device)
    found = open_pixels(key)
    if found is None:
        rows = _Work(learner, image_set, views, device, on_progress, should_stop).rows()
        channels, height, width = frozen_layers(config.model)[-1].out_shape
        # The cache keeps bytes, and a float16 is two of them.
        found = build_pixels(key, (channels, height, 2 * width), rows, dict)
    values = found[0].view(np.float16)
    border = views * len(image_set.splits["train"])
    every = np.arange(len(values))
    train = place_rows(values, every[:border], device, should_stop)
    val = place_rows(values, every[border:], device, should_stop)
    return (
        DeviceData(train, _labels(image_set, "train", device), views),
        DeviceData(val, _labels(image_set, "val", device)),
    )


@dataclass(frozen=True)
class _Work:
    """One computing of all features."""

    learner: Learner
    image_set: ImageDataset
    views: int
    device: str
    on_progress: OnProgress
    should_stop: ShouldStop

    def rows(self) -> Iterator[NDArray[np.uint8]]:
        """The bytes of one picture's features after the other."""
        splits, done = self.image_set.splits, 0
        total = self.views * len(splits["train"]) + len(splits["val"])
        self.learner.trunk.eval()
        for features in self._steps():
            done += len(features)
            self.on_progress(done / total, f"Computing features {done:,} of {total:,}")
            yield from features.view(np.uint8)

    def _steps(self) -> Iterator[Features]:
        config = self.learner.config
        for view in range(self.views):
            draws = torch.Generator().manual_seed(config.seed * 1_000_003 + view)
            for pictures in self._pictures("train"):
                changed = config.augment.active
                yield self._pass(augment(pictures, config.augment, draws) if changed else pictures)
        yield from map(self._pass, self._pictures("val"))

    def _pictures(self, split: Split) -> Iterator[Tensor]:
        indices = self.image_set.splits[split]
        step = max(1, min(_STEP_PICTURES, _STEP_PIXELS // self.image_set.image_size**2))
        for start in range(0, len(indices), step):
            if self.should_stop():
                raise Stopped
            pixels = self.image_set.images[indices[start : start + step]]
            yield torch.from_numpy(pixels).to(self.device)

    @torch.no_grad()
    def _pass(self, pictures: Tensor) -> Features:
        features = self.learner.run_trunk(pictures).float().clamp(-_LARGEST, _LARGEST)
        return np.ascontiguousarray(features.half().cpu().numpy())


def _labels(image_set: ImageDataset, split: Split, device: str) -> Tensor:
    return torch.from_numpy(image_set.labels[image_set.splits[split]]).to(device)


def _key(learner: Learner, image_set: ImageDataset, views: int, device: str) -> str:
    """Changes with all that the features depend on: pictures, their changes, trunk, arithmetic."""
    digest = hashlib.blake2b(image_set.fingerprint.encode(), digest_size=16)
    digest.update(_words(learner.config, views).encode())
    kind = torch.device(device).type
    digest.update(f"{learner.normalize.moments} {learner.precision} {kind}".encode())
    for tensor in learner.trunk.state_dict().values():
        digest.update(tensor.cpu().contiguous().numpy().data)
    return f"{digest.hexdigest()}-features"


def _words(config: TrainConfig, views: int) -> str:
    chance = f"{config.augment} {config.seed}" if config.augment.active else ""
    return f"{views} {chance} {frozen_layers(config.model)} {config.model.layers}"
