"""Features that a frozen backbone computes once: cached on disk, read in every epoch."""

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
from studio.training.input.batches import DeviceDataset
from studio.training.input.frozen_backbone import FrozenBackbone
from studio.training.input.samples import load_samples

Features = NDArray[np.float16]

_FLOAT16_MAX = float(np.finfo(np.float16).max)
# Limits of a batch: a stop request takes effect after about a second of VGG-19 on one core.
_BATCH_PIXELS, _BATCH_IMAGES = 1 << 18, 256


def compute_features(
    config: TrainConfig,
    backbone: FrozenBackbone,
    dataset: ImageDataset,
    device: str,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> tuple[DeviceDataset, DeviceDataset]:
    """Return the features of the training and validation images, computed or from the cache.

    Training images have `model.views` augmented views if augmentation is on, otherwise one. The
    validation images are not augmented. Raises DatasetError when the disk is full. Raises Stopped
    when `should_stop` returns True; nothing is cached then.
    """
    views = config.model.views if config.augment.active else 1
    key = _cache_key(config, backbone, dataset, views, device)
    cached = open_pixels(key)
    if cached is None:
        run = _FeatureRun(config, backbone, dataset, views, device, on_progress, should_stop)
        channels, height, width = frozen_layers(config.model)[-1].out_shape
        # The cache stores bytes, two for each float16.
        cached = build_pixels(key, (channels, height, 2 * width), run.rows(), dict)
    features = cached[0].view(np.float16)
    train_rows = views * len(dataset.splits["train"])
    indices = np.arange(len(features))
    train = load_samples(features, indices[:train_rows], device, should_stop)
    val = load_samples(features, indices[train_rows:], device, should_stop)
    return (
        DeviceDataset(train, _labels(dataset, "train", device), views),
        DeviceDataset(val, _labels(dataset, "val", device)),
    )


@dataclass(frozen=True)
class _FeatureRun:
    """One computation of all features of an image set."""

    config: TrainConfig
    backbone: FrozenBackbone
    dataset: ImageDataset
    views: int
    device: str
    on_progress: OnProgress
    should_stop: ShouldStop

    def rows(self) -> Iterator[NDArray[np.uint8]]:
        """Yield the bytes of each image's features."""
        splits, done = self.dataset.splits, 0
        total = self.views * len(splits["train"]) + len(splits["val"])
        self.backbone.eval()
        for features in self._feature_batches():
            done += len(features)
            self.on_progress(done / total, f"Computing features {done:,} of {total:,}")
            yield from features.view(np.uint8)

    def _feature_batches(self) -> Iterator[Features]:
        config = self.config
        for view in range(self.views):
            generator = torch.Generator().manual_seed(config.seed * 1_000_003 + view)
            for images in self._image_batches("train"):
                if config.augment.active:
                    images = augment(images, config.augment, generator)
                yield self._compute(images)
        yield from map(self._compute, self._image_batches("val"))

    def _image_batches(self, split: Split) -> Iterator[Tensor]:
        indices = self.dataset.splits[split]
        batch_size = max(1, min(_BATCH_IMAGES, _BATCH_PIXELS // self.dataset.image_size**2))
        for start in range(0, len(indices), batch_size):
            if self.should_stop():
                raise Stopped
            pixels = self.dataset.images[indices[start : start + batch_size]]
            yield torch.from_numpy(pixels).to(self.device)

    @torch.no_grad()
    def _compute(self, images: Tensor) -> Features:
        features = self.backbone(images).float().clamp(-_FLOAT16_MAX, _FLOAT16_MAX)
        return np.ascontiguousarray(features.half().cpu().numpy())


def _labels(dataset: ImageDataset, split: Split, device: str) -> Tensor:
    return torch.from_numpy(dataset.labels[dataset.splits[split]]).to(device)


def _cache_key(
    config: TrainConfig, backbone: FrozenBackbone, dataset: ImageDataset, views: int, device: str
) -> str:
    """Return a hash of everything that features depend on: images, augmentation, layers, dtype."""
    digest = hashlib.blake2b(dataset.fingerprint.encode(), digest_size=16)
    augmentation = f"{config.augment} {config.seed}" if config.augment.active else ""
    layers = frozen_layers(config.model)
    digest.update(f"{views} {augmentation} {layers} {config.model.layers}".encode())
    device_type = torch.device(device).type
    moments = backbone.normalize.moments
    digest.update(f"{moments} {backbone.precision} {device_type}".encode())
    for tensor in backbone.layers.state_dict().values():
        digest.update(tensor.cpu().contiguous().numpy().data)
    return f"{digest.hexdigest()}-features"
