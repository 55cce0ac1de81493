"""Images that do not fit on the device: batches through pinned buffers, and their speed."""

from contextlib import AbstractContextManager, closing
from unittest import mock

import torch
from torch import Tensor

from studio.bench.gpu.comparison import max_loss_difference
from studio.bench.gpu.context import Reporter, RunContext
from studio.bench.gpu.experiment import Experiment, find_experiment, train
from studio.data import ImageDataset, load_dataset
from studio.training.input import samples
from studio.training.input.batches import DeviceDataset, epoch_order

# Sums on the device vary in order; a wrong batch would already differ in its bytes.
_TOLERANCE = 5e-2


def measure(context: RunContext, reporter: Reporter) -> None:
    """Compare the bytes of an epoch of batches, then resident with streamed training."""
    steps = 6 if context.rehearsal else 600
    settings = {"engine.max_steps": steps, "engine.log_every": steps // 6, "optim.epochs": 100}
    experiment = find_experiment("tiny-vgg-fashion", context, settings)
    reporter.record(images=experiment.images)
    dataset = load_dataset(experiment.config.data, experiment.workload.data_dir)
    _check_batches(dataset, context, reporter)
    _check_training(experiment, context, reporter)


def _check_batches(dataset: ImageDataset, context: RunContext, reporter: Reporter) -> None:
    count = len(dataset.splits["train"])
    order = epoch_order(count, min(256, max(2, count // 4)), seed=0, epoch=0)
    resident = compute_checksums(DeviceDataset.load(dataset, "train", context.device), order)
    with no_device_memory():
        streamed = compute_checksums(DeviceDataset.load(dataset, "train", context.device), order)
    same = int((resident == streamed).sum())
    reporter.record(batches=len(order), same_batches=same)
    text = f"{same} of {len(order)} byte for byte"
    reporter.add_check("batches", text, "all", same == len(order))


def compute_checksums(data: DeviceDataset, order: list[Tensor]) -> Tensor:
    """Return one number per batch that depends on each of its bytes, without waiting for it."""
    sums = []
    with closing(data.batches(order, epoch=0)) as batches:
        for images, labels in batches:
            values = images.flatten(1).long()
            weights = torch.arange(1, values.shape[1] + 1, device=values.device)
            positions = torch.arange(1, len(labels) + 1, device=values.device)
            sums.append(((values * weights).sum(1) * (labels + positions)).sum())
    return torch.stack(sums)


def _check_training(experiment: Experiment, context: RunContext, reporter: Reporter) -> None:
    resident = train(experiment, context)
    with no_device_memory():
        streamed = train(experiment, context)
    difference = max_loss_difference(streamed.losses, resident.losses)
    rates = {
        "resident": resident.images_per_second(skip=2),
        "streamed": streamed.images_per_second(skip=2),
    }
    reporter.record(
        reason=streamed.started.streamed,
        losses=list(zip(streamed.losses, resident.losses, strict=False)),
        loss_difference=difference,
        images_per_second=rates,
    )
    was_streamed = bool(streamed.started.streamed) and not resident.started.streamed
    reporter.add_check("losses", f"differ by {difference:.1e}", f"≤ {_TOLERANCE:.0e}, and streamed",
                       was_streamed and difference <= _TOLERANCE)  # fmt: skip
    text = f"{rates['streamed']:,.0f} streamed, {rates['resident']:,.0f} from the device"
    reporter.add_figure("images per second", text)


def no_device_memory() -> AbstractContextManager[object]:
    """Let no images be placed on the device within the block."""
    return mock.patch.object(samples, "available_bytes", return_value=0)
