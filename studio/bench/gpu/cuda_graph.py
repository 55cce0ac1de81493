"""Steps replayed from a CUDA graph against the same steps in eager mode."""

import time
from dataclasses import dataclass

import torch
from torch import Tensor

from studio.bench.gpu.comparison import max_loss_difference, relative_difference
from studio.bench.gpu.context import Reporter, RunContext
from studio.bench.gpu.synthetic_training import (
    Batch,
    configure,
    create_batches,
    create_train_step,
)
from studio.config import TrainConfig

_VARIANTS = {
    "SGD": ("tiny-vgg-fashion", {}),
    "AdamW, batch norm, averaged weights": ("mnist-best", {"model.dropout": 0.0}),
    "with dropout": ("mnist-best", {}),
}
_MAX_LOSS_DIFFERENCE, _MAX_WEIGHTS_DIFFERENCE, _NOISE_FACTOR = 1e-3, 1e-3, 10.0


@dataclass(frozen=True)
class TrainedSteps:
    """Loss of each step, weights after the last, whether a graph was used, seconds of a step."""

    losses: list[float]
    weights: list[Tensor]
    used_graph: bool
    step_s: float


def measure(context: RunContext, reporter: Reporter) -> None:
    """Compare losses and weights; a second eager run shows how much these differ by themselves."""
    size, steps = (8, 6) if context.rehearsal else (64, 40)
    for name, (recipe, settings) in _VARIANTS.items():
        config = configure(recipe, dict(settings))
        # The last batch of an epoch is smaller; here it comes in between.
        sizes = [size] * steps + [size // 2, size, size]
        batches = create_batches(config, context.device, sizes)
        _compare(name, config, batches, context, reporter)
    _check_dropout(context, reporter, size)


def _compare(
    name: str, config: TrainConfig, batches: list[Batch], context: RunContext, reporter: Reporter
) -> None:
    eager, again = (train_steps(config, batches, context.device, False) for _ in range(2))
    graph = train_steps(config, batches, context.device, True)
    loss = max_loss_difference(graph.losses, eager.losses)
    loss_noise = max_loss_difference(again.losses, eager.losses)
    weights = relative_difference(graph.weights, eager.weights)
    weights_noise = relative_difference(again.weights, eager.weights)
    values = {
        "recorded": graph.used_graph,
        "loss_difference": loss,
        "loss_difference_of_eager": loss_noise,
        "weights_difference": weights,
        "weights_difference_of_eager": weights_noise,
        "eager_step_s": eager.step_s,
        "graph_step_s": graph.step_s,
    }
    reporter.record(**{name: values})
    passed = (
        loss <= max(_MAX_LOSS_DIFFERENCE, _NOISE_FACTOR * loss_noise)
        and weights <= max(_MAX_WEIGHTS_DIFFERENCE, _NOISE_FACTOR * weights_noise)
        and graph.used_graph == context.on_cuda
    )
    reporter.add_check(
        name,
        f"differences: loss {loss:.1e} (eager again {loss_noise:.1e}), "
        f"weights {weights:.1e} ({weights_noise:.1e}); "
        f"{eager.step_s / graph.step_s:.2f} × as fast",
        f"≤ {_MAX_LOSS_DIFFERENCE:.0e} or {_NOISE_FACTOR:.0f} × eager, with a graph",
        passed,
    )


def train_steps(
    config: TrainConfig, batches: list[Batch], device: str, use_cuda_graph: bool
) -> TrainedSteps:
    """Train on the batches with a falling learning rate, in float32."""
    step = create_train_step(config, device, torch.float32, use_cuda_graph)
    losses = []
    for index, batch in enumerate(batches):
        step.set_lr(config.optim.lr / (1 + index))
        losses.append(float(step.step(*batch)[0]))
    weights = [parameter.detach().clone() for parameter in step.eval_model.parameters()]
    started, timed = time.perf_counter(), batches[: len(batches) // 2]
    step.set_lr(0.0)
    for batch in timed:
        loss = step.step(*batch).loss
    float(loss)  # waits for the device
    step_s = (time.perf_counter() - started) / len(timed)
    return TrainedSteps(losses, weights, step.is_graphed, step_s)


def _check_dropout(context: RunContext, reporter: Reporter, size: int) -> None:
    """Repeat one batch with a learning rate of 0: only dropout makes the losses differ."""
    settings: dict[str, object] = {"model.dropout": 0.5, "model.norm": "none", "optim.ema": 0.0}
    augmentations = ("rotate", "shear", "zoom", "shift", "thickness")
    settings |= {f"augment.{name}": 0 for name in augmentations}
    config = configure("mnist-best", settings)
    step = create_train_step(config, context.device, torch.float32)
    (batch,) = create_batches(config, context.device, [size])
    step.set_lr(0.0)
    losses = [float(step.step(*batch)[0]) for _ in range(10)]
    different = len(set(losses))
    reporter.record(dropout_losses=losses)
    reporter.add_check("dropout differs in each replay", f"{different} of {len(losses)} losses",
                       "all", different == len(losses))  # fmt: skip
