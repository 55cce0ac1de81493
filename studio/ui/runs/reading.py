"""Reads runs from disk, in a worker thread, into plain values for the page."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.config import TrainConfig
from studio.errors import StudioError
from studio.models import VARIANT_FIELDS, VARIANTS
from studio.recipes import list_recipes, load_recipe
from studio.runs import Run, RunStatus, RunStore, RunSummary
from studio.ui.runs.config_diff import flat

Column = npt.NDArray[np.float64]
FROM_THE_DATA = {"model.in_channels", "model.image_size", "model.num_classes"}
FIGURES = ("train_loss", "val_loss", "train_accuracy", "val_accuracy")


@dataclass(frozen=True)
class RunRow:
    """One line of the table: what the run's folder says, and how a person calls it."""

    summary: RunSummary
    title: str
    variant: str
    dataset: str

    @property
    def id(self) -> str:
        """The run's id."""
        return self.summary.id

    @property
    def tag(self) -> str:
        """The end of the id: enough to tell runs of one recipe apart."""
        return self.id.rsplit("-", 1)[-1]

    @property
    def name(self) -> str:
        """Title and tag."""
        return f"{self.title} {self.tag}"


@dataclass(frozen=True)
class RunDetail:
    """More about one run: its curves by epoch [n] and its settings by dotted name."""

    id: str
    epochs: Column
    figures: dict[str, Column]
    best_epoch: float | None
    can_go_on: bool
    settings: dict[str, Any]
    recipe_settings: dict[str, Any]
    problem: str


def read_rows(store: RunStore) -> list[RunRow]:
    """Every run, newest first. A folder that lacks a part comes with what it has."""
    titles = {recipe.id: recipe.title for recipe in list_recipes()}
    return [_row(summary, titles) for summary in store.list()]


def _row(summary: RunSummary, titles: dict[str, str]) -> RunRow:
    """Names that the tables no longer know stay as they were written."""
    variant = VARIANTS.get(summary.variant)
    return RunRow(
        summary,
        title=titles.get(summary.recipe, summary.recipe) or "Unknown",
        variant=variant.title if variant else summary.variant,
        dataset=summary.dataset_title,
    )


def read_details(store: RunStore, run_ids: tuple[str, ...]) -> list[RunDetail]:
    """The details of some runs, in the order asked for; runs that are gone are left out."""
    details = []
    for run_id in run_ids:
        path = store.runs_dir / run_id
        if path.is_dir():
            details.append(_read_detail(Run(path)))
    return details


def _read_detail(run: Run) -> RunDetail:
    ends = [event for event in run.metrics() if event.get("event") == "EpochEnd"]
    settings, recipe_settings, problem = _read_settings(run)
    return RunDetail(
        id=run.id,
        epochs=_column(ends, "epoch"),
        figures={name: _column(ends, name) for name in FIGURES},
        best_epoch=_best_epoch(ends),
        can_go_on=_can_go_on(run),
        settings=settings,
        recipe_settings=recipe_settings,
        problem=problem,
    )


def _can_go_on(run: Run) -> bool:
    """Whether it ended before its time and left a state behind."""
    status = run.status
    over = (RunStatus.FINISHED, RunStatus.RUNNING)
    return status is not None and status.seen not in over and run.state.is_file()


def _best_epoch(ends: list[dict[str, Any]]) -> float | None:
    """The epoch whose weights are kept: the last one that was the best when it ended."""
    best = [end["epoch"] for end in ends if end.get("best") and "epoch" in end]
    return float(best[-1]) if best else None


def _column(events: list[dict[str, Any]], name: str) -> Column:
    """One figure of every event; what is missing or no number is NaN, which plots as a gap."""
    values = [event.get(name) for event in events]
    kept = [value if isinstance(value, int | float) else np.nan for value in values]
    return np.asarray(kept, dtype=np.float64)


def _read_settings(run: Run) -> tuple[dict[str, Any], dict[str, Any], str]:
    try:
        config = run.config
    except StudioError as error:
        return {}, {}, str(error)
    try:
        recipe = load_recipe(config.recipe).config
    except StudioError:
        return _settings(config), {}, ""
    return _settings(config), _settings(recipe), ""


def _settings(config: TrainConfig) -> dict[str, Any]:
    """What was decided, by dotted name: the variant's own values filled in, the data's left out."""
    settings = flat(config.to_dict())
    variant = VARIANTS.get(config.model.variant)
    for name in VARIANT_FIELDS if variant else ():
        settings.setdefault(f"model.{name}", getattr(variant, name))
    return {name: value for name, value in settings.items() if name not in FROM_THE_DATA}
