"""The forecast of a training: arithmetic on calibrations, without torch and in microseconds."""

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from studio.config import TrainConfig
from studio.data.dataset_shape import DatasetShape, shape_from_config
from studio.errors import ConfigError
from studio.models import summarize
from studio.models.backbone import frozen_layers
from studio.training.forecast.calibration import Calibration, Calibrations
from studio.training.forecast.disk import checkpoint_bytes, run_bytes
from studio.training.forecast.memory import data_bytes, prediction_bytes, step_bytes
from studio.training.forecast.split_sizes import SplitSizes, split_sizes

_CHECKPOINT_INTERVAL_S = 60.0  # of `studio.training.loop`, which imports torch
# Reading a data set: IDX and CIFAR files took 0.9 to 1.6 ns per byte, fingerprint and moments 5.
_SETUP_S, _SETUP_S_PER_BYTE = 0.25, 8e-9
_DISK_BYTES_PER_S = 3e8  # of files that are flushed, with their digests
# torch loads it with the first optimizer of a process.
_LOADED_ONCE = "torch._dynamo"


@dataclass(frozen=True)
class Forecast:
    """Time in seconds, memory and disk space in bytes that a training will take.

    `seconds` is the whole training, from the start to the test, `step_seconds` what its steps take
    of that, and `loading_seconds` what it takes as the first training of this process. The memory
    is that beyond the program, on a CPU at its peak; a smaller batch size reduces no more than
    `step_memory_bytes` of it. `is_measured` is False for an estimate from the speed of another
    model. `is_limit` means that it may end earlier.
    """

    seconds_per_epoch: float
    seconds: float
    memory_bytes: int
    disk_bytes: int
    is_measured: bool
    epochs: int
    device: str
    step_seconds: float
    is_limit: bool = False
    loading_seconds: float = 0.0
    step_memory_bytes: int = 0

    def corrected(self, steps: int, total_steps: int, seconds: float) -> float:
        """Return the time of the whole training, of which `steps` took `seconds` by now."""
        if not steps:
            return self.seconds
        return self.seconds - self.step_seconds + seconds / steps * total_steps


def known_forecast(
    config: TrainConfig, data_dir: Path, shape: DatasetShape | None = None
) -> Forecast | None:
    """Return the forecast from what was measured before; None if nothing was on this machine.

    `shape` is that of the data set, None to look it up; own images must have been read. Takes
    less than a millisecond after the first call.
    """
    try:
        shape = shape or shape_from_config(config.data)
    except ConfigError:
        return None
    return forecast(config, remembered(data_dir), shape) if shape else None


@lru_cache(16)
def remembered(data_dir: Path) -> Calibrations:
    """Return the calibrations of a data folder, shared by all callers."""
    return Calibrations(data_dir)


def forecast(
    config: TrainConfig,
    calibrations: Calibrations,
    shape: DatasetShape,
    sizes: SplitSizes | None = None,
) -> Forecast | None:
    """Return what a training costs; None if nothing is known or the model cannot be built.

    `sizes` are the numbers of samples in the splits, estimated if None.
    """
    try:
        config = fit_to_data(config, shape)
        measured = calibrations.find(config)
        calibration = measured or scale_from(calibrations.of_this_machine(), config)
        if calibration is None:
            return None
        sizes = sizes or split_sizes(config.data, shape)
        return _add_up(config, calibration, shape, sizes, is_measured=measured is not None)
    except ConfigError:
        return None


def fit_to_data(config: TrainConfig, shape: DatasetShape) -> TrainConfig:
    """Return the configuration with the input shape and the classes of its data."""
    model = config.model.model_copy(
        update={
            "in_channels": shape.channels,
            "image_size": shape.image_size,
            "num_classes": len(shape.class_names),
        }
    )
    return config.model_copy(update={"model": model})


def scale_from(known: Sequence[Calibration], config: TrainConfig) -> Calibration | None:
    """Estimate a calibration from the measured model with the most similar number of operations.

    The time of a step is taken as proportional to multiply-adds, which is right within a factor
    of two to three: small layers use a processor less well.
    """
    work = trained_multiply_adds(config)
    candidates = [entry for entry in known if _is_same_kind(entry, config)]
    if not candidates or not work:
        return None
    nearest = min(candidates, key=lambda entry: abs(math.log(entry.multiply_adds / work)))
    ratio = work / nearest.multiply_adds
    saved_bytes = checkpoint_bytes(config)
    more_bytes = max(0, saved_bytes - nearest.checkpoint_bytes)
    forward = summarize(config.model).multiply_adds
    return replace(
        nearest,
        multiply_adds=work,
        batch_size=config.optim.batch_size,
        checkpoint_bytes=saved_bytes,
        step_s=nearest.step_s * ratio * config.optim.batch_size / nearest.batch_size,
        predict_s=nearest.predict_s * ratio,
        test_s=nearest.test_s * ratio,
        epoch_s=nearest.epoch_s + more_bytes / _DISK_BYTES_PER_S,
        feature_s=nearest.predict_s * forward / nearest.multiply_adds
        if _has_features(config)
        else 0.0,
        memory_bytes=step_bytes(config),
        setup_s=None,
    )


def trained_multiply_adds(config: TrainConfig) -> int:
    """Return the multiply-adds per sample of the layers that a step runs forward."""
    total = summarize(config.model).multiply_adds
    if not _has_features(config):
        return total
    return max(1, total - sum(layer.multiply_adds for layer in frozen_layers(config.model)))


def steps_of_epoch(samples: int, batch_size: int) -> int:
    """Return the number of steps of an epoch, as `studio.training.input.batches` makes them."""
    full_batches, remainder = divmod(samples, batch_size)
    return max(1, full_batches + (remainder > 1))


def _has_features(config: TrainConfig) -> bool:
    """Whether the features of a frozen backbone are computed once, before the first step."""
    return bool(config.model.backbone) and not config.model.unfrozen


def _is_same_kind(entry: Calibration, config: TrainConfig) -> bool:
    wanted = config.engine.device
    return wanted == "auto" or entry.device.split(":")[0] == wanted.split(":")[0]


def _add_up(
    config: TrainConfig,
    calibration: Calibration,
    shape: DatasetShape,
    sizes: SplitSizes,
    is_measured: bool,
) -> Forecast:
    batch_size = config.optim.batch_size
    steps = steps_of_epoch(sizes.train, batch_size)
    total_steps = min(config.optim.epochs * steps, config.engine.max_steps or math.inf)
    epochs = math.ceil(total_steps / steps)
    # A smaller last batch takes less time.
    step_s = calibration.step_s * sizes.train / (steps * batch_size)
    end_of_epoch_s = sizes.val * calibration.predict_s + calibration.epoch_s
    epoch_s = steps * step_s + end_of_epoch_s
    training_s = total_steps * step_s + epochs * end_of_epoch_s
    training_s += training_s // _CHECKPOINT_INTERVAL_S * calibration.epoch_s
    loading_s = 0.0 if _LOADED_ONCE in sys.modules else calibration.loading_s
    setup_s = loading_s + _setup_seconds(config, calibration, shape, sizes)
    seconds = training_s + setup_s + seconds_of_test(config, calibration, sizes)
    limit = config.engine.max_minutes
    if limit:
        seconds = min(seconds, 60 * limit)
    return Forecast(
        min(epoch_s, seconds),
        seconds,
        _memory_bytes(config, calibration, shape, sizes),
        run_bytes(config, sizes, epochs, int(total_steps), len(shape.class_names)),
        is_measured,
        epochs,
        calibration.device,
        total_steps * step_s,
        is_limit=bool(limit or config.optim.patience),
        loading_seconds=loading_s,
        step_memory_bytes=calibration.memory_bytes,
    )


def seconds_of_test(config: TrainConfig, calibration: Calibration, sizes: SplitSizes) -> float:
    """Return the time of the test at the end, 0 for a training without."""
    return sizes.test * calibration.test_s if config.engine.test_at_end else 0.0


def _memory_bytes(
    config: TrainConfig, calibration: Calibration, shape: DatasetShape, sizes: SplitSizes
) -> int:
    """What steps, predictions and data take: a CPU keeps freed blocks, so they add up."""
    on_gpu = calibration.device.startswith("cuda")
    features = _feature_images(config, sizes)
    data = data_bytes(config, shape, sizes, features, on_gpu)
    predictions = 0 if on_gpu else prediction_bytes(config, sizes, calibration.threads)
    return calibration.memory_bytes + data + predictions


def _setup_seconds(
    config: TrainConfig, calibration: Calibration, shape: DatasetShape, sizes: SplitSizes
) -> float:
    features_s = _feature_images(config, sizes) * calibration.feature_s
    if calibration.setup_s is not None:
        return calibration.setup_s + features_s
    return (
        _SETUP_S
        + _SETUP_S_PER_BYTE * sizes.total * shape.channels * shape.image_size**2
        + features_s
    )


def _feature_images(config: TrainConfig, sizes: SplitSizes) -> int:
    """The number of images whose features are computed: every augmented version of the training."""
    if not _has_features(config):
        return 0
    return (config.model.views if config.augment.active else 1) * sizes.train + sizes.val
