"""The GPU benchmarks in order of importance, and how the available time is divided among them."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

from studio.errors import ConfigError, quoted

# Kept free for writing the results after the last benchmark.
RESERVE_S = 5.0


@dataclass(frozen=True)
class GpuBenchmark:
    """A benchmark or check; function `measure` of its `module` runs in a process of its own.

    Those of one `stage` run at the same time. `weight` is the fraction of the remaining time that
    a stage gets, relative to the stages after it. With less than `min_s` seconds it is skipped;
    time beyond `max_s` is left to later stages. If a benchmark that `must_pass` fails, the whole
    run fails. With `exact`, float32 products are never rounded to TF32.
    """

    name: str
    title: str
    stage: int
    weight: float
    min_s: float
    max_s: float
    module: str
    _: KW_ONLY
    must_pass: bool = False
    exact: bool = False


def _check(*values: Any, exact: bool = True) -> GpuBenchmark:
    return GpuBenchmark(*values, must_pass=True, exact=exact)


GPU_BENCHMARKS = (
    _check("tests", "CUDA tests", 1, 60, 15, 150, "cuda_tests", exact=False),
    GpuBenchmark("data", "Loading every dataset", 1, 60, 5, 150, "dataset_loading"),
    GpuBenchmark(
        "fashion", "Tiny VGG on Fashion-MNIST against the plain loop", 2, 90, 20, 180, "fashion"
    ),
    _check("gradients", "bfloat16 gradients against float32", 3, 80, 20, 150, "gradients"),
    _check("memory", "Out of memory", 3, 80, 20, 150, "out_of_memory"),
    _check("resume", "Stopping and resuming", 3, 80, 20, 150, "resume"),
    _check("ranks", "Two processes on one GPU", 3, 80, 25, 150, "torchrun"),
    _check("graph", "CUDA graph against eager", 4, 30, 15, 90, "cuda_graph"),
    _check(
        "streaming", "Streaming through pinned buffers", 5, 30, 15, 90, "streaming", exact=False
    ),
    GpuBenchmark("window", "Training in the window", 6, 45, 20, 120, "window"),
    GpuBenchmark("recipes", "Memory and speed of every recipe", 7, 60, 20, 150, "recipes"),
    GpuBenchmark("cifar", "VGG-19 on CIFAR-10", 8, 220, 30, 3600, "cifar"),
)


def select_gpu_benchmarks(names: Sequence[str]) -> list[GpuBenchmark]:
    """Return the benchmarks with these names in the order of the plan, or all without names.

    Raises ConfigError for an unknown name.
    """
    known = [benchmark.name for benchmark in GPU_BENCHMARKS]
    for name in names:
        if name not in known:
            hint = f"Choose from: {', '.join(known)}."
            raise ConfigError("part", f"There is no GPU benchmark {quoted(name)}.", hint)
    return [benchmark for benchmark in GPU_BENCHMARKS if not names or benchmark.name in names]


def group_by_stage(benchmarks: Sequence[GpuBenchmark]) -> list[list[GpuBenchmark]]:
    """Group benchmarks that run at the same time, in the order of their stages."""
    stages = sorted({benchmark.stage for benchmark in benchmarks})
    return [[benchmark for benchmark in benchmarks if benchmark.stage == n] for n in stages]


def first_stage_limit_s(stages: Sequence[Sequence[GpuBenchmark]], remaining_s: float) -> float:
    """Return the time limit of the first stage if `remaining_s` are left for all of them."""
    weights = [stage[0].weight for stage in stages]
    max_s = max(benchmark.max_s for benchmark in stages[0])
    remaining_s = max(remaining_s - RESERVE_S, 0.0)
    weighted_s = remaining_s * weights[0] / sum(weights)
    # A benchmark gets the time it needs to be useful at all, if there is that much.
    return min(max(weighted_s, min(stages[0][0].min_s, remaining_s)), max_s)


def plan_limits(benchmarks: Sequence[GpuBenchmark], total_s: float) -> dict[str, float]:
    """Return the time limit of each benchmark by name if every stage uses all of its time."""
    limits: dict[str, float] = {}
    stages = group_by_stage(benchmarks)
    for index, stage in enumerate(stages):
        limit_s = first_stage_limit_s(stages[index:], total_s)
        limits |= {benchmark.name: limit_s for benchmark in stage}
        total_s -= limit_s
    return limits
