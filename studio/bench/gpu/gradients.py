"""Gradients of the device: of float32 beside a processor's, and of bfloat16 beside float32."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from studio.bench.gpu.context import Task
from studio.bench.gpu.reporter import Reporter
from studio.bench.gpu.synthetic_training import (
    configure,
    flatten,
    make_batches,
    make_learner,
    relative,
)
from studio.config import AugmentConfig, TrainConfig

Gradients = dict[str, Tensor]


@dataclass(frozen=True)
class Case:
    """A recipe's network, the images of its batch, and the least cosines for bfloat16.

    `seen` is the cosine of all gradients together on a processor (AMX, torch 2.14) with the same
    weights and images; the limits leave room for other kernels. VGG-19 has no norm until its batch
    norm before the linear layers, which at the start of a training enlarges every rounding.
    """

    name: str
    recipe: str
    images: int
    seen: float
    least: float
    least_of_a_layer: float


CASES = (
    Case("Tiny VGG", "tiny-vgg-fashion", 64, 0.9995, 0.998, 0.98),
    Case("six convolutions, batch norm", "mnist-best", 128, 0.996, 0.98, 0.9),
    Case("VGG-19", "vgg19-cifar10", 64, 0.905, 0.8, 0.7),
)
_MOST_FLOAT32 = 1e-2
# A bias before a batch norm has no gradient but rounding.
_NEGLIGIBLE = 1e-3


def measure(task: Task, report: Reporter) -> None:
    """Relative error and cosine of all gradients together, and of each layer."""
    for case in CASES[:2] if task.rehearsal else CASES:
        config = configure(case.recipe, {"model.dropout": 0.0})
        config = config.model_copy(update={"augment": AugmentConfig()})
        count = 16 if task.rehearsal else case.images
        full = gradients(config, count, task.device, torch.float32)
        _compare_with_processor(case, full, gradients(config, count, "cpu", torch.float32), report)
        half = gradients(config, count, task.device, torch.bfloat16)
        _compare_precisions(case, full, half, task, report)


def gradients(config: TrainConfig, count: int, device: str, precision: torch.dtype) -> Gradients:
    """What the first step computes for each parameter, on the CPU."""
    learner = make_learner(config, device, precision, use_cuda_graph=False)
    (batch,) = make_batches(config, device, [count])
    learner.step(*batch)
    named = learner.model.named_parameters()
    return {name: p.grad.detach().double().cpu() for name, p in named if p.grad is not None}


def _compare_with_processor(
    case: Case, ours: Gradients, theirs: Gradients, report: Reporter
) -> None:
    error = relative(list(ours.values()), list(theirs.values()))
    report.values(**{f"{case.name}, float32": {"relative_error_to_cpu": error}})
    report.check(f"{case.name}, float32 beside a processor", f"relative error {error:.1e}",
                 f"≤ {_MOST_FLOAT32:.0e}", error <= _MOST_FLOAT32)  # fmt: skip


def _compare_precisions(
    case: Case, full: Gradients, half: Gradients, task: Task, report: Reporter
) -> None:
    together = cosine(list(half.values()), list(full.values()))
    error = relative(list(half.values()), list(full.values()))
    layers = {
        layer: {
            "relative_error": relative([half[layer]], [full[layer]]),
            "cosine": cosine([half[layer]], [full[layer]]),
        }
        for layer in _counting(full)
    }
    worst = min(layers, key=lambda layer: layers[layer]["cosine"])
    least = layers[worst]["cosine"]
    measured = {"cosine": together, "relative_error": error, "seen_on_cpu": case.seen}
    report.values(**{f"{case.name}, bfloat16": measured | {"layers": layers}})
    words = f"cosine {together:.4f}, relative error {error:.3f}; least of a layer {least:.4f}"
    goal = f"≥ {case.least}, of a layer ≥ {case.least_of_a_layer}"
    passed = together >= case.least and least >= case.least_of_a_layer
    # So few images have rounding of another size.
    tell = report.figure if task.rehearsal else report.check
    tell(f"{case.name}, bfloat16 beside float32", words, goal, passed)


def _counting(gradients: Gradients) -> list[str]:
    """The parameters that have more of a gradient than rounding."""
    least = _NEGLIGIBLE * float(flatten(list(gradients.values())).norm())
    return [name for name, gradient in gradients.items() if float(gradient.norm()) > least]


def cosine(ours: list[Tensor], theirs: list[Tensor]) -> float:
    """Of the angle between two gradients."""
    return float(functional.cosine_similarity(flatten(ours), flatten(theirs), dim=0))
