"""Gradients on the device: float32 against those of a CPU, and bfloat16 against float32."""

from dataclasses import dataclass

import torch
from torch import Tensor

from studio.bench.gpu.comparison import cosine, flatten, relative_difference
from studio.bench.gpu.context import Reporter, RunContext
from studio.bench.gpu.synthetic_training import configure, create_batches, create_train_step
from studio.config import AugmentConfig, TrainConfig

Gradients = dict[str, Tensor]


@dataclass(frozen=True)
class Case:
    """The model of a recipe, its batch size, and the smallest cosines allowed for bfloat16.

    `cpu_cosine` was measured over all gradients on a CPU (AMX, torch 2.14) with the same weights
    and images; the limits leave room for other kernels. VGG-19 has no normalization before the
    batch norm in front of its linear layers, which enlarges every rounding error early in training.
    """

    name: str
    recipe: str
    batch_size: int
    cpu_cosine: float
    min_cosine: float
    min_layer_cosine: float


CASES = (
    Case("Tiny VGG", "tiny-vgg-fashion", 64, 0.9995, 0.998, 0.98),
    Case("six convolutions, batch norm", "mnist-best", 128, 0.996, 0.98, 0.9),
    Case("VGG-19", "vgg19-cifar10", 64, 0.905, 0.8, 0.7),
)
_MAX_FLOAT32_ERROR = 1e-2
# The gradient of a bias before a batch norm is only rounding.
_NEGLIGIBLE = 1e-3


def measure(context: RunContext, reporter: Reporter) -> None:
    """Report relative error and cosine of all gradients together, and of each layer."""
    for case in CASES[:2] if context.rehearsal else CASES:
        config = configure(case.recipe, {"model.dropout": 0.0})
        config = config.model_copy(update={"augment": AugmentConfig()})
        batch_size = 16 if context.rehearsal else case.batch_size
        full = compute_gradients(config, batch_size, context.device, torch.float32)
        on_cpu = compute_gradients(config, batch_size, "cpu", torch.float32)
        _compare_with_cpu(case, full, on_cpu, reporter)
        half = compute_gradients(config, batch_size, context.device, torch.bfloat16)
        _compare_precisions(case, full, half, context, reporter)


def compute_gradients(
    config: TrainConfig, batch_size: int, device: str, precision: torch.dtype
) -> Gradients:
    """Return the gradients of the first step by parameter, float64 on the CPU."""
    step = create_train_step(config, device, precision, use_cuda_graph=False)
    (batch,) = create_batches(config, device, [batch_size])
    step.step(*batch)
    named = step.model.named_parameters()
    return {name: p.grad.detach().double().cpu() for name, p in named if p.grad is not None}


def _compare_with_cpu(case: Case, ours: Gradients, on_cpu: Gradients, reporter: Reporter) -> None:
    error = relative_difference(list(ours.values()), list(on_cpu.values()))
    reporter.record(**{f"{case.name}, float32": {"relative_error_to_cpu": error}})
    reporter.add_check(f"{case.name}, float32 against a CPU", f"relative error {error:.1e}",
                       f"≤ {_MAX_FLOAT32_ERROR:.0e}", error <= _MAX_FLOAT32_ERROR)  # fmt: skip


def _compare_precisions(
    case: Case, full: Gradients, half: Gradients, context: RunContext, reporter: Reporter
) -> None:
    total_cosine = cosine(list(half.values()), list(full.values()))
    error = relative_difference(list(half.values()), list(full.values()))
    layers = {
        layer: {
            "relative_error": relative_difference([half[layer]], [full[layer]]),
            "cosine": cosine([half[layer]], [full[layer]]),
        }
        for layer in _significant_layers(full)
    }
    lowest = min(layer["cosine"] for layer in layers.values())
    measured = {"cosine": total_cosine, "relative_error": error, "seen_on_cpu": case.cpu_cosine}
    reporter.record(**{f"{case.name}, bfloat16": measured | {"layers": layers}})
    text = f"cosine {total_cosine:.4f}, relative error {error:.3f}; lowest of a layer {lowest:.4f}"
    goal = f"≥ {case.min_cosine}, of a layer ≥ {case.min_layer_cosine}"
    passed = total_cosine >= case.min_cosine and lowest >= case.min_layer_cosine
    # The limits do not hold for the small batch of a rehearsal.
    add = reporter.add_figure if context.rehearsal else reporter.add_check
    add(f"{case.name}, bfloat16 against float32", text, goal, passed)


def _significant_layers(gradients: Gradients) -> list[str]:
    """Return the parameters whose gradient is more than rounding."""
    threshold = _NEGLIGIBLE * float(flatten(list(gradients.values())).norm())
    return [name for name, gradient in gradients.items() if float(gradient.norm()) > threshold]
