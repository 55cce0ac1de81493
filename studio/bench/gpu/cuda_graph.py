"""Steps replayed from a CUDA graph beside the same steps launched one by one."""

import time
from dataclasses import dataclass

import torch
from torch import Tensor

from studio.bench.gpu.context import Task
from studio.bench.gpu.reporter import Reporter
from studio.bench.gpu.synthetic_training import (
    Batch,
    configure,
    make_batches,
    make_learner,
    relative,
)
from studio.config import TrainConfig

_VARIANTS = {
    "SGD": ("tiny-vgg-fashion", {}),
    "AdamW, batch norm, averaged weights": ("mnist-best", {"model.dropout": 0.0}),
    "with dropout": ("mnist-best", {}),
}
_MOST_LOSS, _MOST_WEIGHTS, _TIMES_NOISE = 1e-3, 1e-3, 10.0


@dataclass(frozen=True)
class Learned:
    """The loss of each step, the weights that are kept, and whether a graph was replayed."""

    losses: list[float]
    weights: list[Tensor]
    recorded: bool
    step_s: float


def measure(task: Task, report: Reporter) -> None:
    """Losses and weights of both; twice without a graph says how much they differ by themselves."""
    size, steps = (8, 6) if task.rehearsal else (64, 40)
    for name, (recipe, settings) in _VARIANTS.items():
        config = configure(recipe, dict(settings))
        # An epoch's last batch is smaller, and comes in between.
        batches = make_batches(config, task.device, [size] * steps + [size // 2, size, size])
        _compare(name, config, batches, task, report)
    _check_dropout(task, report, size)


def _compare(
    name: str, config: TrainConfig, batches: list[Batch], task: Task, report: Reporter
) -> None:
    eager, again = (learn(config, batches, task.device, False) for _ in range(2))
    graph = learn(config, batches, task.device, True)
    loss, loss_noise = _loss_difference(graph, eager), _loss_difference(again, eager)
    weights = relative(graph.weights, eager.weights)
    noise = relative(again.weights, eager.weights)
    report.values(
        **{
            name: {
                "recorded": graph.recorded,
                "loss_difference": loss,
                "loss_difference_of_eager": loss_noise,
                "weights_difference": weights,
                "weights_difference_of_eager": noise,
                "eager_step_s": eager.step_s,
                "graph_step_s": graph.step_s,
            }
        }
    )
    alike = loss <= max(_MOST_LOSS, _TIMES_NOISE * loss_noise)
    alike = alike and weights <= max(_MOST_WEIGHTS, _TIMES_NOISE * noise)
    report.check(
        name,
        f"loss {loss:.1e} (eager twice {loss_noise:.1e}), weights {weights:.1e} ({noise:.1e}); "
        f"{eager.step_s / graph.step_s:.2f} × as fast",
        f"≤ {_MOST_LOSS:.0e} or {_TIMES_NOISE:.0f} × eager, and recorded",
        alike and graph.recorded == task.on_cuda,
    )


def learn(config: TrainConfig, batches: list[Batch], device: str, use_cuda_graph: bool) -> Learned:
    """Learn from the batches with a falling rate, in float32."""
    learner = make_learner(config, device, torch.float32, use_cuda_graph)
    losses = []
    for number, batch in enumerate(batches):
        learner.set_lr(config.optim.lr / (1 + number))
        losses.append(float(learner.step(*batch)[0]))
    weights = [parameter.detach().clone() for parameter in learner.eval_model.parameters()]
    began = time.perf_counter()
    learner.set_lr(0.0)
    for batch in batches[: len(batches) // 2]:
        loss, _ = learner.step(*batch)
    float(loss)
    step_s = (time.perf_counter() - began) / (len(batches) // 2)
    return Learned(losses, weights, learner.is_graphed, step_s)


def _loss_difference(one: Learned, other: Learned) -> float:
    pairs = zip(one.losses, other.losses, strict=True)
    return max(abs(a - b) / max(abs(b), 1e-3) for a, b in pairs)


def _check_dropout(task: Task, report: Reporter, size: int) -> None:
    """The same batch again and again, without learning: only dropout makes the losses differ."""
    settings: dict[str, object] = {"model.dropout": 0.5, "model.norm": "none", "optim.ema": 0.0}
    off = {"rotate": 0, "shear": 0, "zoom": 0, "shift": 0, "thickness": 0}
    settings |= {f"augment.{name}": value for name, value in off.items()}
    config = configure("mnist-best", settings)
    learner = make_learner(config, task.device, torch.float32)
    batches = make_batches(config, task.device, [size])
    learner.set_lr(0.0)
    losses = [float(learner.step(*batches[0])[0]) for _ in range(10)]
    report.values(dropout_losses=losses)
    report.check("each replay has a dropout of its own", f"{len(set(losses))} of {len(losses)} "
                 "losses differ", "all", len(set(losses)) == len(losses))  # fmt: skip
