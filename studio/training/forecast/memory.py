"""The memory of a training beyond that of the program. No torch here."""

import math

from studio.config import TrainConfig
from studio.data.dataset_shape import DatasetShape
from studio.models import plan_layers, summarize
from studio.models.backbone import frozen_layers
from studio.models.layer import Layer
from studio.training.forecast.disk import optimizer_values
from studio.training.forecast.split_sizes import SplitSizes

_FLOAT_BYTES = 4
# Files are read in parts that are then put together; or a split is copied to the device.
_COPIES_OF_IMAGES = 2
# torch.compile, which torch loads with the first optimizer of a process, and other modules.
_MODULE_BYTES = 130_000_000
# scikit-learn, which has the digits.
_DIGITS_BYTES = 79_000_000
# The limits of a chunk of `studio.training.prediction`, which imports torch.
_MAX_CHUNK_IMAGES, _MAX_CHUNK_PIXELS = 500, 1 << 20
# With two threads, each computes a chunk.
_CHUNKS_AT_ONCE = 2
# Memory that a training keeps, per byte of activations that are alive at once. The allocator keeps
# freed blocks of both threads, for the next chunk: with 20 chunks 1.8 to 2.3 in Tiny VGG, 2.3 to
# 2.8 in Simple VGG, 0.9 to 1.6 in Mini VGG 1; with 2 chunks 1.0.
_KEPT_BLOCKS, _MANY_CHUNKS = 2.2, 4


def images_per_chunk(image_size: int) -> int:
    """Return how many images of this side in pixels are predicted at a time."""
    return max(1, min(_MAX_CHUNK_IMAGES, _MAX_CHUNK_PIXELS // image_size**2))


def prediction_bytes(config: TrainConfig, sizes: SplitSizes, threads: int) -> int:
    """Return what validation and test take on a CPU: usually more than the steps.

    They need the input and output of the largest layer for all images that are computed at once.
    """
    layers = plan_layers(config.model)[len(_cached_layers(config)) :]
    images = max(sizes.val, sizes.test if config.engine.test_at_end else 0)
    chunk = images_per_chunk(config.model.image_size)
    chunks = _CHUNKS_AT_ONCE if threads == _CHUNKS_AT_ONCE else 1
    alive = max(math.prod(layer.in_shape) + math.prod(layer.out_shape) for layer in layers)
    kept = _KEPT_BLOCKS if images > _MANY_CHUNKS * chunk else 1.0
    return round(kept * _FLOAT_BYTES * alive * min(images, chunks * chunk))


def step_bytes(config: TrainConfig) -> int:
    """Estimate what steps take that were not measured: activations count three times.

    They are kept for the backward pass, and their gradients and work space are about as large.
    """
    activations = 3 * summarize(config.model).activation_bytes * config.optim.batch_size
    return _MODULE_BYTES + fixed_bytes(config) + activations


def fixed_bytes(config: TrainConfig) -> int:
    """Return what does not grow with the batch size: weights, gradients and optimizer."""
    return _FLOAT_BYTES * (2 * summarize(config.model).parameters + optimizer_values(config))


def data_bytes(
    config: TrainConfig, shape: DatasetShape, sizes: SplitSizes, feature_images: int, on_gpu: bool
) -> int:
    """Return what the samples take, of which `feature_images` are kept as cached features.

    A dataset is read completely, also for a subset; a GPU gets no more than its splits.
    """
    features = 0
    if layers := _cached_layers(config):
        features = 2 * math.prod(layers[-1].out_shape) * feature_images  # float16
    image_bytes = shape.channels * shape.image_size**2
    if on_gpu:
        return features or image_bytes * (sizes.train + sizes.val)
    images = image_bytes * max(shape.count, sizes.total)
    reader = _DIGITS_BYTES if config.data.source == "digits" else 0
    return reader + (images + features if features else _COPIES_OF_IMAGES * images)


def _cached_layers(config: TrainConfig) -> tuple[Layer, ...]:
    """Return the frozen layers whose features are computed once; none without a backbone."""
    return () if config.model.unfrozen else frozen_layers(config.model)
