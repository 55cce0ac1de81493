"""Training with a limit on the device's memory that the whole batch exceeds."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_pre_hook

from studio.bench.gpu.comparison import max_loss_difference
from studio.bench.gpu.context import Reporter, RunContext
from studio.bench.gpu.experiment import Experiment, TrainingRecord, find_experiment, train
from studio.errors import DeviceError
from studio.training.events import BatchSplit

# Fractions of the memory of a training without limit. A CUDA graph needs memory for the activations
# once more, so the first limits may only make the trainer give up the graph.
_LIMITS = (0.75, 0.5, 0.35, 0.25, 0.15)
_TOLERANCE = 1e-3


def measure(context: RunContext, reporter: Reporter) -> None:
    """Compare losses under each limit with those without; passes once a batch was split."""
    batch_size, steps = (48, 3) if context.rehearsal else (4096, 8)
    settings = {
        "optim.batch_size": batch_size,
        "engine.max_steps": steps,
        "engine.log_every": 1,
        "engine.precision": "float32",
    }
    experiment = find_experiment("tiny-vgg-fashion", context, settings)
    reporter.record(images=experiment.images, batch_size=batch_size)
    reference, peak_bytes = _train_without_limit(experiment, context)
    reporter.record(peak_bytes=peak_bytes, losses=reference.losses)
    attempts: list[dict[str, Any]] = []
    for limit in _LIMITS:
        with limited_memory(context, int(limit * peak_bytes), int(limit * batch_size)):
            attempts.append(_train_with_limit(experiment, context, limit, reference))
        reporter.record(attempts=attempts)
        if attempts[-1]["micro_batches"] > 1:
            break
    _report(reporter, attempts, batch_size)


def _train_without_limit(experiment: Experiment, context: RunContext) -> tuple[TrainingRecord, int]:
    """Return the training and its peak memory in bytes, 0 on the CPU."""
    if context.on_cuda:
        torch.cuda.reset_peak_memory_stats()
    training = train(experiment, context)
    peak_bytes = torch.cuda.max_memory_reserved() if context.on_cuda else 0
    gc.collect()
    return training, peak_bytes


def _train_with_limit(
    experiment: Experiment, context: RunContext, limit: float, reference: TrainingRecord
) -> dict[str, Any]:
    try:
        training = train(experiment, context)
    except DeviceError as error:
        return {"cap": limit, "status": "failed", "reason": str(error), "micro_batches": 1}
    splits = [event.micro_batches for event in training.events if isinstance(event, BatchSplit)]
    return {
        "cap": limit,
        "status": training.ended.status,
        "micro_batches": max(splits, default=1),
        "loss_difference": max_loss_difference(training.losses, reference.losses),
        "losses": training.losses,
    }


def _report(reporter: Reporter, attempts: list[dict[str, Any]], batch_size: int) -> None:
    micro_batches, limit = attempts[-1]["micro_batches"], attempts[-1]["cap"]
    was_split = micro_batches > 1
    finished = all(attempt["status"] == "finished" for attempt in attempts)
    text = f"batches of {batch_size:,} in {micro_batches} micro-batches, limit {limit:.0%}"
    if not was_split:
        text = f"no batch was split, down to a limit of {limit:.0%}"
    reporter.add_check("training continues", text, "split, and finished", was_split and finished)
    largest = max(attempt.get("loss_difference", 1.0) for attempt in attempts)
    reporter.add_check("losses as with whole batches", f"differ by {largest:.1e}",
                       f"≤ {_TOLERANCE:.0e}", largest <= _TOLERANCE)  # fmt: skip


@contextmanager
def limited_memory(context: RunContext, max_bytes: int, max_images: int) -> Iterator[None]:
    """Limit the device's memory of this process; on the CPU, simulate it by a batch size."""
    if not context.on_cuda:
        with _limited_batch_size(max_images):
            yield
        return
    total_bytes = torch.cuda.get_device_properties(torch.cuda.current_device()).total_memory
    torch.cuda.empty_cache()
    torch.cuda.set_per_process_memory_fraction(min(1.0, max_bytes / total_bytes))
    try:
        yield
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)


@contextmanager
def _limited_batch_size(max_images: int) -> Iterator[None]:
    def check(layer: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        if isinstance(layer, nn.Conv2d) and layer.training and len(inputs[0]) > max_images:
            raise torch.OutOfMemoryError(f"there is memory for {max_images} images")

    handle = register_module_forward_pre_hook(check)
    try:
        yield
    finally:
        handle.remove()
