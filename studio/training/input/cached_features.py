"""Features that a frozen backbone computes once: cached on disk, read in every epoch."""

import hashlib
from collections.abc import Iterator

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
from studio.training.input.batches import DeviceDataset, counted_samples, load_labels
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
    splits = dataset.splits
    if cached is None:
        backbone.eval()
        total = views * len(splits["train"]) + len(splits["val"])
        batches = _feature_batches(config, backbone, dataset, views, device, should_stop)
        channels, height, width = frozen_layers(config.model)[-1].out_shape
        # The cache stores bytes, two for each float16.
        shape = channels, height, 2 * width
        cached = build_pixels(key, shape, _feature_rows(batches, total, on_progress), dict)
    features = cached[0].view(np.float16)
    train_rows = views * len(splits["train"])
    indices = np.arange(len(features))
    train = load_samples(features, indices[:train_rows], device, should_stop)
    val = load_samples(features, indices[train_rows:], device, should_stop)
    return (
        DeviceDataset(train, load_labels(dataset, "train", device), views),
        DeviceDataset(
            val, load_labels(dataset, "val", device), counted=counted_samples(dataset, "val")
        ),
    )


def _feature_rows(
    batches: Iterator[Features], total: int, on_progress: OnProgress
) -> Iterator[NDArray[np.uint8]]:
    """Yield the bytes of each image's features."""
    done = 0
    for features in batches:
        done += len(features)
        on_progress(done / total, f"Computing features {done:,} of {total:,}")
        yield from features.view(np.uint8)


def _feature_batches(
    config: TrainConfig,
    backbone: FrozenBackbone,
    dataset: ImageDataset,
    views: int,
    device: str,
    should_stop: ShouldStop,
) -> Iterator[Features]:
    """Yield the features of all augmented views of the training images, then of validation."""
    for view in range(views):
        generator = torch.Generator().manual_seed(config.seed * 1_000_003 + view)
        for images in _image_batches(dataset, "train", device, should_stop):
            if config.augment.active:
                images = augment(images, config.augment, generator)
            yield _compute(backbone, images)
    for images in _image_batches(dataset, "val", device, should_stop):
        yield _compute(backbone, images)


def _image_batches(
    dataset: ImageDataset, split: Split, device: str, should_stop: ShouldStop
) -> Iterator[Tensor]:
    indices = dataset.splits[split]
    batch_size = max(1, min(_BATCH_IMAGES, _BATCH_PIXELS // dataset.image_size**2))
    for start in range(0, len(indices), batch_size):
        if should_stop():
            raise Stopped
        yield torch.from_numpy(dataset.images[indices[start : start + batch_size]]).to(device)


def _compute(backbone: FrozenBackbone, images: Tensor) -> Features:
    features = backbone(images).float().clamp(-_FLOAT16_MAX, _FLOAT16_MAX)
    return np.ascontiguousarray(features.half().cpu().numpy())


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
