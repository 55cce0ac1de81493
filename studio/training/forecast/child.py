"""The measurement itself, which runs in a child process: a few real steps on random images."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, Final

import numpy as np
import psutil
import torch
from torch import Tensor

from studio.callbacks import OnProgress, ShouldStop
from studio.config import IMAGENET, TrainConfig
from studio.data.image_dataset import ImageDataset
from studio.errors import Stopped
from studio.models.backbone import frozen_layers
from studio.paths import cache_dir
from studio.runs import RunStore
from studio.runtime import keep_freed_memory, lower_process_priority, release_memory
from studio.training.backend.calibration import calibrate_settings
from studio.training.backend.compute_settings import ComputeSettings, default_settings
from studio.training.backend.devices import describe_device
from studio.training.backend.threads import use_threads
from studio.training.checkpointing import RunRecorder
from studio.training.distributed.process_group import ProcessGroup
from studio.training.events import EpochEnd, Event
from studio.training.forecast.calibration import Calibration, describe_machine
from studio.training.forecast.disk import checkpoint_bytes
from studio.training.forecast.estimate import trained_multiply_adds
from studio.training.forecast.memory import fixed_bytes
from studio.training.forecast.split_sizes import SplitSizes
from studio.training.history import OutcomeBuffer
from studio.training.input.batches import DeviceDataset
from studio.training.input.frozen_backbone import uses_cached_features
from studio.training.loop import TrainingLoop
from studio.training.loop_state import RunningMetrics
from studio.training.prediction import predict_logits
from studio.training.preparation import TrainingSetup, build_train_step, configure_cuda
from studio.training.pretrained import load_backbone
from studio.training.train_step import TrainStep

_NICE = 10  # a training has 5, see `studio.runtime`
# The time of the steps that are measured, after those in which caches and threads settle.
_SETTLING_S, _STEPS_S = 0.6, 1.2
_MIN_STEPS, _MAX_STEPS = 3, 400
_SETTLING_STEPS_WITH_OVERLAP: Final = 12  # `OverlapBalance` tries both numbers of threads
_PREDICT_S = 0.4
# A longer step is measured with fewer samples. Multiply-adds per second of an average core.
_MAX_STEP_S, _MULTIPLY_ADDS_PER_S = 2.5, 3e10
_MIN_BATCH_SIZE = 4
_POOL = 2048  # random images that batches are made of
_POOL_BYTES = 64 << 20
# Of the training that measures the end of an epoch.
_EPOCHS, _TRAIN_SAMPLES, _VAL_SAMPLES = 4, 2, 32
_MAX_CHECKPOINT_BYTES = 24 << 20  # larger ones are estimated from writing one part


def measure_model(
    config: dict[str, Any],
    sizes: list[int],
    classes: int,
    data_dir: str,
    runs_dir: str,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> dict[str, Any]:
    """Return a Calibration as a dict. Raises StudioError, Stopped."""
    lower_process_priority(_NICE)
    on_progress(0.0, "Building the model")
    wanted = TrainConfig.from_dict(config)
    if wanted.model.backbone not in ("", IMAGENET):
        backbone = load_backbone(wanted, Path(data_dir), Path(runs_dir), should_stop)
        wanted = backbone.adapt_config(wanted) if backbone else wanted
    loading = _load_optimizers()
    measurement = _Measurement(
        wanted, SplitSizes(*sizes), classes, loading, on_progress, should_stop
    )
    with closing(measurement):
        return asdict(measurement.run())


@dataclass(frozen=True)
class _Loading:
    """What the first optimizer of a process takes, because torch then loads more modules."""

    seconds: float
    memory_bytes: int


def _load_optimizers() -> _Loading:
    before, began = _process_memory(), time.perf_counter()
    torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    return _Loading(time.perf_counter() - began, max(0, _process_memory() - before))


def _process_memory() -> int:
    return int(psutil.Process().memory_info().rss)


class _Measurement:
    """The model on its device, with random samples."""

    def __init__(
        self,
        config: TrainConfig,
        sizes: SplitSizes,
        classes: int,
        loading: _Loading,
        on_progress: OnProgress,
        should_stop: ShouldStop,
    ) -> None:
        self._config, self._sizes, self._loading = config, sizes, loading
        self._on_progress, self._should_stop = on_progress, should_stop
        self._choice = describe_device(config.engine.device)
        self._device = self._choice.device
        if self._device == "cpu":
            keep_freed_memory()
        if self._on_cuda:
            configure_cuda(self._device)
        self._dataset = _random_dataset(config, classes, sizes.train)
        self._compute = _choose_compute(
            config, self._dataset, self._device, on_progress, should_stop
        )
        self._memory_before = self._memory_without_freed_blocks()
        self._step = self._build(config)
        self._feature_s = 0.0

    @property
    def _on_cuda(self) -> bool:
        return self._device.startswith("cuda")

    def close(self) -> None:
        """End the second thread of the steps."""
        self._step.close()

    def run(self) -> Calibration:
        """Measure everything."""
        config, batch_size = self._config, self._config.optim.batch_size
        measured_size = _measured_batch_size(config, self._compute.threads)
        samples = self._load_samples(measured_size)
        self._on_progress(0.2, "Measuring the time of a step")
        step_s = self._time_steps(samples, measured_size) * batch_size / measured_size
        memory = self._memory()  # before predictions: on a CPU they are estimated
        self._on_progress(0.6, "Measuring the time of the validation")
        predict_s = self._time_predictions(samples, self._step.precision)
        is_exact = self._step.precision == torch.float32
        test_s = predict_s if is_exact else self._time_predictions(samples, torch.float32)
        memory = self._memory() if self._on_cuda else memory
        self._on_progress(0.8, "Measuring the time of a checkpoint")
        epoch_s = self._time_end_of_epoch(predict_s)
        return Calibration(
            machine=describe_machine(),
            device=self._device,
            precision=self._compute.precision,
            threads=self._compute.threads,
            torch=str(torch.__version__),
            multiply_adds=trained_multiply_adds(config),
            batch_size=batch_size,
            checkpoint_bytes=checkpoint_bytes(config),
            step_s=step_s,
            predict_s=predict_s,
            test_s=test_s + self._feature_s,
            epoch_s=epoch_s,
            feature_s=self._feature_s,
            memory_bytes=self._scale_memory(memory, batch_size / measured_size),
            loading_s=self._loading.seconds,
        )

    def _scale_memory(self, memory: int, batches: float) -> int:
        """Return what the training takes more than before, with so many times the measured batch.

        On a CPU with the modules that it loads.
        """
        grown = max(0, memory - self._memory_before)
        fixed = min(grown, fixed_bytes(self._config))
        modules = 0 if self._on_cuda else self._loading.memory_bytes
        return round(modules + fixed + (grown - fixed) * batches)

    def _build(self, config: TrainConfig) -> TrainStep:
        channels = config.model.in_channels
        moments = (128.0,) * channels, (64.0,) * channels
        return build_train_step(config, self._device, self._compute, moments, None, None)

    def _load_samples(self, batch_size: int) -> DeviceDataset:
        """Load random images, or random features of them after timing the frozen layers."""
        labels = torch.from_numpy(self._dataset.labels).to(self._device)
        if not uses_cached_features(self._config):
            return DeviceDataset(torch.from_numpy(self._dataset.images).to(self._device), labels)
        self._feature_s = self._time_features()
        shape = frozen_layers(self._config.model)[-1].out_shape
        features = torch.rand(len(labels), *shape, device=self._device).half()
        return DeviceDataset(features, labels)

    def _time_features(self) -> float:
        """Return the seconds per image of the frozen layers."""
        self._on_progress(0.1, "Measuring the time of the pretrained layers")
        side = self._config.model.image_size
        size = max(1, min(256, (1 << 18) // side**2, len(self._dataset.images)))
        images = torch.from_numpy(self._dataset.images[:size]).to(self._device)
        self._step.backbone.eval()

        def run() -> None:
            self._step.backbone(images).float().half().cpu()

        run()
        return median(self._time(run) for _ in range(3)) / size

    def _time_steps(self, samples: DeviceDataset, batch_size: int) -> float:
        """Return the mean seconds of a step, as the training loop makes them."""
        loop = _StepLoop(self._step, samples, batch_size, self._device, self._should_stop)
        loop.run(0.0, 1)  # prepares kernels
        is_slow = loop.run(0.0, 1) > _STEPS_S / _SETTLING_STEPS_WITH_OVERLAP
        if not is_slow:
            loop.run(_SETTLING_S, _SETTLING_STEPS_WITH_OVERLAP if self._overlaps else 1)
        return loop.run(_STEPS_S, _MIN_STEPS)

    @property
    def _overlaps(self) -> bool:
        return self._device == "cpu" and self._compute.overlaps(self._config.model)

    def _time_predictions(self, samples: DeviceDataset, precision: torch.dtype) -> float:
        """Return the seconds per image of a validation."""
        model, normalize = self._step.eval_model.eval(), self._step.normalize

        def predict(count: int) -> float:
            if self._should_stop():
                raise Stopped
            images = samples.images[:count]
            if uses_cached_features(self._config):
                return self._time(lambda: self._step.predict(images, self._ignore))
            return self._time(lambda: predict_logits(model, images, normalize, precision))

        with use_threads(self._compute.threads):
            few = min(16, len(samples))
            predict(few)
            seconds = predict(few)
            most = min(len(samples), max(self._sizes.val, few))
            count = int(min(most, max(few, _PREDICT_S * few / max(seconds, 1e-6))))
            return seconds / few if count <= few else predict(count) / count

    def _ignore(self, _fraction: float, _message: str) -> None:
        pass

    def _time(self, work: Callable[[], object]) -> float:
        began = time.perf_counter()
        work()
        if self._on_cuda:
            torch.cuda.synchronize(self._device)
        return time.perf_counter() - began

    def _time_end_of_epoch(self, predict_s: float) -> float:
        """Return the seconds from the validation of an epoch to the next one, without its steps."""
        size = checkpoint_bytes(self._config)
        if size > _MAX_CHECKPOINT_BYTES or self._on_cuda or uses_cached_features(self._config):
            return _time_writing(self._should_stop) * size
        self._step.close()
        times = _EpochTimes()
        with tempfile.TemporaryDirectory(dir=_scratch_dir()) as folder:
            self._train_small(Path(folder), times)
        return max(0.0, median(times.intervals()[1:]) - _VAL_SAMPLES * predict_s)

    def _train_small(self, folder: Path, times: "_EpochTimes") -> None:
        """Run a real training of one small batch per epoch."""
        config = self._config.model_copy(
            update={
                "optim": self._config.optim.model_copy(update={"epochs": _EPOCHS, "patience": 0}),
                "engine": self._config.engine.model_copy(
                    update={"max_steps": None, "max_minutes": None}
                ),
            }
        )
        dataset = _random_dataset(config, len(self._dataset.class_names), _TRAIN_SAMPLES)
        train = DeviceDataset.load(dataset, "train", self._device)
        val = DeviceDataset.load(dataset, "val", self._device)
        step = self._step = self._build(config)
        setup = TrainingSetup(config, self._choice, self._compute, dataset, train, val, step)
        run = RunStore(folder).create(config)
        with closing(RunRecorder(run, times.add)) as recorder:
            recorder.record_start(config, dataset, setup.start_event(run.id, 0, 0), 1)
            TrainingLoop(setup, run, recorder, self._stop_if_wanted, ProcessGroup()).run()

    def _stop_if_wanted(self) -> bool:
        if self._should_stop():
            raise Stopped
        return False

    def _memory(self) -> int:
        """Return the memory in use, which freed blocks of glibc stay part of."""
        if self._on_cuda:
            return torch.cuda.max_memory_allocated(self._device)
        return _process_memory()

    def _memory_without_freed_blocks(self) -> int:
        """Return the memory in use, after those blocks have been returned to the system.

        The choice of compute settings leaves some, which would hide what steps take.
        """
        if self._device == "cpu":
            release_memory()
            keep_freed_memory()
        return self._memory()


class _StepLoop:
    """Makes steps as `TrainingLoop` does, for a while."""

    def __init__(
        self,
        step: TrainStep,
        samples: DeviceDataset,
        batch_size: int,
        device: str,
        should_stop: ShouldStop,
    ) -> None:
        self._step, self._should_stop = step, should_stop
        self._metrics = RunningMetrics(device)
        self._batches = _endless_batches(samples, batch_size)
        self._outcomes = OutcomeBuffer(_MAX_STEPS * batch_size, device)
        self._size = batch_size
        self._has_history = step.config.engine.history

    def run(self, seconds: float, min_steps: int) -> float:
        """Make steps for at least this time and number; return the mean seconds of a step."""
        self._step.train()
        self._outcomes.clear()
        began, count = time.perf_counter(), 0
        while count < min_steps or time.perf_counter() - began < seconds:
            if self._should_stop():
                raise Stopped
            self._make_step()
            count += 1
            if count % self._step.config.engine.log_every == 0:
                self._metrics.loss_since_last_call()
            if count == _MAX_STEPS:
                break
        self._metrics.loss_and_accuracy()  # waits for the device
        return (time.perf_counter() - began) / count

    def _make_step(self) -> None:
        images, labels = next(self._batches)
        self._step.set_lr(self._step.config.optim.lr * 1e-3)  # stays finite whatever the rate is
        self._step.sharding.begin_step(self._size)
        loss, correct, logits = self._step.step(images, labels)
        self._metrics.update(loss, correct, self._size)
        if self._has_history:
            self._outcomes.add(labels, logits)


class _EpochTimes:
    """When each epoch of a training was validated."""

    def __init__(self) -> None:
        self._times: list[float] = []

    def add(self, event: Event) -> None:
        """Record the time of an event, if it is the end of an epoch."""
        if isinstance(event, EpochEnd):
            self._times.append(time.perf_counter())

    def intervals(self) -> list[float]:
        """Return the seconds between the ends of the epochs."""
        return [later - earlier for earlier, later in pairwise(self._times)]


def _endless_batches(samples: DeviceDataset, batch_size: int) -> Iterator[tuple[Tensor, Tensor]]:
    generator = torch.Generator().manual_seed(0)
    while True:
        order = torch.randint(len(samples), (64, batch_size), generator=generator)
        yield from samples.batches(list(order), 0)


def _random_dataset(config: TrainConfig, classes: int, train_samples: int) -> ImageDataset:
    """Random images of the shape of the data, of which the training split may claim more."""
    model = config.model
    image_bytes = model.in_channels * model.image_size**2
    count = max(_VAL_SAMPLES, min(_POOL, _POOL_BYTES // image_bytes))
    shape = count, model.in_channels, model.image_size, model.image_size
    rng = np.random.default_rng(0)
    train = np.arange(train_samples) % count
    val = np.arange(_VAL_SAMPLES) % count
    return ImageDataset(
        "random",
        rng.integers(0, 256, shape, dtype=np.uint8),
        np.arange(count) % classes,
        tuple(map(str, range(classes))),
        {"train": train, "val": val, "test": val},
        "picture",
        key="random",
    )


def _choose_compute(
    config: TrainConfig,
    dataset: ImageDataset,
    device: str,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> ComputeSettings:
    """Return the settings that the training will choose, from the same cache."""
    default = default_settings(config, device)
    if device != "cpu" or config.model.backbone:
        return default
    return calibrate_settings(config, dataset, default, on_progress, should_stop)


def _measured_batch_size(config: TrainConfig, threads: int) -> int:
    """Return the batch size, or fewer samples where a step would take too long."""
    work = 3 * trained_multiply_adds(config)  # the backward pass is twice the forward pass
    affordable = int(_MAX_STEP_S * threads * _MULTIPLY_ADDS_PER_S / work)
    return min(config.optim.batch_size, max(_MIN_BATCH_SIZE, affordable))


def _time_writing(should_stop: ShouldStop) -> float:
    """Return the seconds that one byte of a flushed file and its digest take."""
    from studio.files import write_atomic
    from studio.runs.content_digest import digest_file

    content = os.urandom(_MAX_CHECKPOINT_BYTES)
    if should_stop():
        raise Stopped
    with tempfile.TemporaryDirectory(dir=_scratch_dir()) as folder:
        path = Path(folder) / "checkpoint"
        began = time.perf_counter()
        write_atomic(path, lambda partial: partial.write_bytes(content))
        digest_file(path)
        return (time.perf_counter() - began) / len(content)


def _scratch_dir() -> Path:
    folder = cache_dir()
    folder.mkdir(parents=True, exist_ok=True)
    return folder
