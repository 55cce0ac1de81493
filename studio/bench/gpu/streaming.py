"""Images that do not fit on the device: the same batches through pinned buffers, and how fast."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from unittest import mock

import numpy as np
import torch
from torch import Tensor

from studio.bench.gpu.context import Task
from studio.bench.gpu.data import Experiment, find_experiment
from studio.bench.gpu.experiment import train
from studio.bench.gpu.reporter import Reporter
from studio.data import ImageDataset, load_dataset
from studio.training.input import samples
from studio.training.input.batches import DeviceDataset, epoch_order

# The device adds up in another order each time; a wrong batch would be seen in its bytes.
_TOLERANCE = 5e-2


def measure(task: Task, report: Reporter) -> None:
    """Every byte of an epoch's batches first, then trainings with the images here and there."""
    steps = 6 if task.rehearsal else 600
    settings = {"engine.max_steps": steps, "engine.log_every": steps // 6, "optim.epochs": 100}
    experiment = find_experiment("tiny-vgg-fashion", task, settings)
    report.values(images=experiment.images)
    image_set = load_dataset(experiment.config.data, experiment.data_dir)
    _check_batches(image_set, task, report)
    _check_training(experiment, task, report)


def _check_batches(image_set: ImageDataset, task: Task, report: Reporter) -> None:
    count = len(image_set.splits["train"])
    order = epoch_order(count, min(256, max(2, count // 4)), seed=0, epoch=0)
    resident = checksums(DeviceDataset.load(image_set, "train", task.device), order)
    with nothing_fits():
        streamed = checksums(DeviceDataset.load(image_set, "train", task.device), order)
    same = int((resident == streamed).sum())
    report.values(batches=len(order), same_batches=same)
    report.check("batches", f"{same} of {len(order)} byte for byte", "all", same == len(order))


def checksums(data: DeviceDataset, order: list[Tensor]) -> Tensor:
    """One number a batch that depends on each of its bytes; the device is not waited for."""
    sums = []
    with closing(data.batches(order, epoch=0)) as batches:
        for images, labels in batches:
            values = images.flatten(1).long()
            weights = torch.arange(1, values.shape[1] + 1, device=values.device)
            places = torch.arange(1, len(labels) + 1, device=values.device)
            sums.append(((values * weights).sum(1) * (labels + places)).sum())
    return torch.stack(sums)


def _check_training(experiment: Experiment, task: Task, report: Reporter) -> None:
    resident = train(experiment, task)
    with nothing_fits():
        streamed = train(experiment, task)
    pairs = list(zip(streamed.losses, resident.losses, strict=False))
    difference = float(np.max([abs(a - b) / max(abs(b), 1e-3) for a, b in pairs]))
    rates = resident.rate(skip=2), streamed.rate(skip=2)
    report.values(
        reason=streamed.started.streamed,
        losses=pairs,
        loss_difference=difference,
        images_per_second={"resident": rates[0], "streamed": rates[1]},
    )
    through = bool(streamed.started.streamed) and not resident.started.streamed
    report.check("losses", f"differ by {difference:.1e}", f"≤ {_TOLERANCE:.0e}, and streamed",
                 through and difference <= _TOLERANCE)  # fmt: skip
    report.figure("images a second", f"{rates[1]:,.0f} streamed, {rates[0]:,.0f} from the device")


@contextmanager
def nothing_fits() -> Iterator[None]:
    """No images are placed on the device meanwhile."""
    with mock.patch.object(samples, "available_bytes", return_value=0):
        yield
