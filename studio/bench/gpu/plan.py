"""The parts of the run in the order of their value, and how its time is divided among them."""

from collections.abc import Sequence
from dataclasses import dataclass

from studio.errors import ConfigError

# What is left for writing the results after the last part.
RESERVE_S = 5.0


@dataclass(frozen=True)
class Part:
    """One part, which runs in a process of its own.

    Parts of one `stage` run at the same time. `weight` is the share of the time left that a stage
    gets, relative to the stages after it; below `least_s` it is skipped, above `most_s` the time
    goes to later stages. When a `check` fails, so does the whole run. With `exact` float32 is
    never rounded to TF32.
    """

    name: str
    title: str
    stage: int
    weight: float
    least_s: float
    most_s: float
    module: str
    check: bool = False
    exact: bool = False


PARTS = (
    Part("tests", "CUDA tests", 1, 60, 15, 150, "cuda_tests", check=True),
    Part("data", "Data sets read and prepared", 1, 60, 5, 150, "prepare_data"),
    Part("fashion", "Tiny VGG on Fashion-MNIST beside the plain loop", 2, 90, 20, 180, "fashion"),
    Part(
        "gradients", "bfloat16 gradients against float32", 3, 80, 20, 150, "gradients",
        check=True, exact=True,
    ),
    Part("memory", "Out of memory", 3, 80, 20, 150, "out_of_memory", check=True, exact=True),
    Part("resume", "Stop and resume", 3, 80, 20, 150, "resume", check=True, exact=True),
    Part("ranks", "Two processes on one GPU", 3, 80, 25, 150, "two_ranks", check=True, exact=True),
    Part("graph", "CUDA graph against eager", 4, 30, 15, 90, "graphs", check=True, exact=True),
    Part("streaming", "Streaming through pinned buffers", 5, 30, 15, 90, "streamed", check=True),
    Part("window", "Training in the window", 6, 45, 20, 120, "window"),
    Part("recipes", "Memory and speed of every recipe", 7, 60, 20, 150, "all_recipes"),
    Part("cifar", "VGG-19 on CIFAR-10", 8, 220, 30, 3600, "cifar"),
)  # fmt: skip


def choose_parts(names: Sequence[str]) -> list[Part]:
    """The parts of these names in the order of the plan, or all. Raises ConfigError."""
    known = [part.name for part in PARTS]
    for name in names:
        if name not in known:
            hint = f"There are: {', '.join(known)}."
            raise ConfigError("part", f"There is no part “{name}” of the GPU run.", hint)
    return [part for part in PARTS if not names or part.name in names]


def stages_of(parts: Sequence[Part]) -> list[list[Part]]:
    """The parts that run at the same time, stage by stage."""
    numbers = sorted({part.stage for part in parts})
    return [[part for part in parts if part.stage == number] for number in numbers]


def limit_of(stages: Sequence[Sequence[Part]], left_s: float) -> float:
    """Seconds for the first of these stages when `left_s` seconds are left for all of them."""
    weights = [stage[0].weight for stage in stages]
    most = max(part.most_s for part in stages[0])
    left_s = max(left_s - RESERVE_S, 0.0)
    share = left_s * weights[0] / sum(weights)
    # What is worth running at all gets what it needs, if the time is there.
    return min(max(share, min(stages[0][0].least_s, left_s)), most)


def plan_limits(parts: Sequence[Part], seconds: float) -> dict[str, float]:
    """The time limit of each part, were each stage to use all of its time."""
    limits: dict[str, float] = {}
    stages = stages_of(parts)
    for number, stage in enumerate(stages):
        limit = limit_of(stages[number:], seconds)
        limits |= {part.name: limit for part in stage}
        seconds -= limit
    return limits
