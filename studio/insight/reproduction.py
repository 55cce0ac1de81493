"""Reproduction of published results: the trainings, and a table of both results. No torch."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from studio.config import TrainConfig
from studio.errors import ConfigError, nearest_hint
from studio.recipes import Cell, Figures, Recipe, list_recipes
from studio.runs import Run
from studio.training.events import FitEnded

Layers = Literal["native", "scratch", "both"]

COLUMNS = (
    "system",
    "settings",
    "seed",
    "figure",
    "#published",
    "#ours",
    "#iterations",
    "#ms/iteration",
    "#seconds",
    "device",
)


@dataclass(frozen=True)
class Trial:
    """One training of a recipe with other settings, and the published figures to compare with."""

    recipe: Recipe
    settings: Mapping[str, Any]
    published: Figures

    @property
    def config(self) -> TrainConfig:
        """The configuration to train. Raises ConfigError."""
        return self.recipe.config.with_values(self.settings)


@dataclass(frozen=True)
class Result:
    """The result of a trial; figures are fractions, `step_ms` the mean time of a step in ms."""

    system: str
    settings: Mapping[str, Any]
    published: Figures
    ours: Figures
    run: str
    steps: int
    step_ms: float
    seconds: float
    device: str
    precision: str
    threads: int

    @property
    def reached(self) -> bool:
        """Whether every published figure is reached."""
        return all(self.ours[name] >= figure for name, figure in self.published.items())


def plan_trials(
    systems: Sequence[str],
    layers: Layers | None,
    seeds: Sequence[int],
    changes: Mapping[str, Any],
) -> list[Trial]:
    """A trial for every published cell of the systems, each implementation of layers and each seed.

    `systems` are recipe ids, by default those with a table of cells. By default both
    implementations are trained for recipes with cells, and PyTorch's for others. `changes` are
    applied to all trials. Raises ConfigError.
    """
    if changes.get("engine.test_at_end", True) is not True:
        message = "Published figures are compared with the test accuracy."
        raise ConfigError("engine.test_at_end", message, "Leave it on.")
    return [
        Trial(
            recipe,
            {**cell.settings, "model.layers": implementation, "seed": seed, **changes},
            cell.figures,
        )
        for recipe in _choose(systems)
        for cell in recipe.cells or (Cell({}, recipe.reference),)
        for implementation in _implementations(layers or ("both" if recipe.cells else "native"))
        for seed in seeds
    ]


def _choose(systems: Sequence[str]) -> list[Recipe]:
    known = {recipe.id: recipe for recipe in list_recipes() if recipe.reference}
    for system in systems:
        if system not in known:
            message = f"There are no published figures for “{system}”."
            raise ConfigError("system", message, nearest_hint(system, known))
    return [known[name] for name in systems] or [r for r in known.values() if r.cells]


def _implementations(layers: Layers) -> tuple[str, ...]:
    return ("native", "scratch") if layers == "both" else (layers,)


def measure(trial: Trial, run: Run, ended: FitEnded) -> Result:
    """The result of a finished run."""
    steps = max(event["step"] for event in run.metrics() if event["event"] == "EpochEnd")
    return Result(
        system=trial.recipe.id,
        settings=trial.settings,
        published=trial.published,
        ours={name: getattr(ended, name) for name in trial.published},
        run=run.id,
        steps=steps,
        step_ms=1000 * ended.seconds / steps,
        seconds=ended.seconds,
        device=ended.device,
        precision=ended.precision,
        threads=run.record["threads"],
    )


def table_rows(results: Iterable[Result]) -> list[tuple[str, ...]]:
    """A row for each published figure, under `COLUMNS`."""
    return [_row(result, name) for result in results for name in result.published]


def _row(result: Result, name: str) -> tuple[str, ...]:
    settings = dict(result.settings)
    seed = settings.pop("seed")
    return (
        result.system,
        ", ".join(f"{field.split('.')[-1]} {value}" for field, value in settings.items()),
        str(seed),
        name.replace("_", " "),
        f"{result.published[name]:.4f}",
        f"{result.ours[name]:.4f}",
        f"{result.steps:,}",
        f"{result.step_ms:.1f}",
        f"{result.seconds:.1f}",
        f"{result.device}, {result.precision}, threads {result.threads}",
    )


def to_markdown(results: Iterable[Result]) -> str:
    """The table in Markdown."""
    lines = [
        [column.removeprefix("#") for column in COLUMNS],
        ["--:" if column.startswith("#") else "---" for column in COLUMNS],
        *table_rows(results),
    ]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
