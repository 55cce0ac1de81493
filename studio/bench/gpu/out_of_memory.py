"""Trains with a cap on the device's memory that the whole batch does not fit under."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_pre_hook

from studio.bench.gpu.context import Task
from studio.bench.gpu.data import Experiment, find_experiment
from studio.bench.gpu.experiment import Training, train
from studio.bench.gpu.reporter import Reporter
from studio.errors import DeviceError
from studio.training.events import BatchSplit

# Of what the training takes without a cap. A recorded step takes its activations once more, so
# that the first of them may only cost the graph.
_CAPS = (0.75, 0.5, 0.35, 0.25, 0.15)
_TOLERANCE = 1e-3


def measure(task: Task, report: Reporter) -> None:
    """The losses under each cap, beside those without; passes when a batch was split."""
    size, steps = (48, 3) if task.rehearsal else (4096, 8)
    experiment = find_experiment(
        "tiny-vgg-fashion",
        task,
        {
            "optim.batch_size": size,
            "engine.max_steps": steps,
            "engine.log_every": 1,
            "engine.precision": "float32",
        },
    )
    report.values(images=experiment.images, batch_size=size)
    whole, peak = _train_whole(experiment, task)
    report.values(peak_bytes=peak, losses=whole.losses)
    attempts: list[dict[str, Any]] = []
    for cap in _CAPS:
        with limited_memory(task, int(cap * peak), most_images=int(cap * size)):
            attempts.append(_attempt(experiment, task, cap, whole))
        report.values(attempts=attempts)
        if attempts[-1]["micro_batches"] > 1:
            break
    _conclude(report, attempts, size)


def _train_whole(experiment: Experiment, task: Task) -> tuple[Training, int]:
    if task.on_cuda:
        torch.cuda.reset_peak_memory_stats()
    training = train(experiment, task)
    peak = torch.cuda.max_memory_reserved() if task.on_cuda else 0
    gc.collect()
    return training, peak


def _attempt(experiment: Experiment, task: Task, cap: float, whole: Training) -> dict[str, Any]:
    try:
        training = train(experiment, task)
    except DeviceError as error:
        return {"cap": cap, "status": "failed", "reason": str(error), "micro_batches": 1}
    splits = [event.micro_batches for event in training.events if isinstance(event, BatchSplit)]
    pairs = zip(training.losses, whole.losses, strict=False)
    return {
        "cap": cap,
        "status": training.ended.status,
        "micro_batches": max(splits, default=1),
        "loss_difference": max((abs(a - b) / max(b, 1e-3) for a, b in pairs), default=0.0),
        "losses": training.losses,
    }


def _conclude(report: Reporter, attempts: list[dict[str, Any]], size: int) -> None:
    last = attempts[-1]
    split = last["micro_batches"] > 1
    alike = all(attempt.get("loss_difference", 1.0) <= _TOLERANCE for attempt in attempts)
    finished = all(attempt["status"] == "finished" for attempt in attempts)
    words = f"batches of {size:,} in {last['micro_batches']} micro-batches, cap {last['cap']:.0%}"
    if not split:
        words = f"never split, down to a cap of {last['cap']:.0%}"
    report.check("training goes on", words, "split, and finished", split and finished)
    largest = max(attempt.get("loss_difference", 1.0) for attempt in attempts)
    report.check("losses as with whole batches", f"differ by {largest:.1e}",
                 f"≤ {_TOLERANCE:.0e}", alike)  # fmt: skip


@contextmanager
def limited_memory(task: Task, most_bytes: int, most_images: int) -> Iterator[None]:
    """The device gives this process no more than `most_bytes`; a processor plays it by images."""
    if not task.on_cuda:
        with _refuse_images(most_images):
            yield
        return
    total = torch.cuda.get_device_properties(torch.cuda.current_device()).total_memory
    torch.cuda.empty_cache()
    torch.cuda.set_per_process_memory_fraction(min(1.0, most_bytes / total))
    try:
        yield
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)


@contextmanager
def _refuse_images(most: int) -> Iterator[None]:
    def refuse(layer: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        if isinstance(layer, nn.Conv2d) and layer.training and len(inputs[0]) > most:
            raise torch.OutOfMemoryError(f"there is memory for {most} images")

    handle = register_module_forward_pre_hook(refuse)
    try:
        yield
    finally:
        handle.remove()
