"""Reads chosen runs again and again, in a worker thread; each look only what is new."""

import time
from dataclasses import dataclass
from typing import Any

from studio.config import TrainConfig
from studio.errors import StudioError
from studio.models import VARIANT_FIELDS, VARIANTS
from studio.recipes import load_recipe
from studio.runs import Run, RunStore
from studio.runs.metrics_reader import MetricsReader
from studio.ui.runs.breath import breathe
from studio.ui.runs.config_diff import flat
from studio.ui.runs.run_curves import Column, Live, RunCurves

FROM_THE_DATA = {"model.in_channels", "model.image_size", "model.num_classes"}
LOOK_SECONDS = 0.5  # then what was read of a long file is shown before the rest
_KEPT = 16  # runs remembered, so that coming back to one reads nothing again


@dataclass(frozen=True)
class RunDetail:
    """More about one run: its curves and its settings by dotted name.

    `epochs` and `figures` are by epoch [n], `steps` (in epochs) and `step_loss` by step [m].
    """

    id: str
    epochs: Column
    figures: dict[str, Column]
    steps: Column
    step_loss: Column
    best_epoch: float | None
    live: Live
    has_state: bool
    settings: dict[str, Any]
    recipe_settings: dict[str, Any]
    problem: str


@dataclass(frozen=True)
class Details:
    """The runs asked for, without those that are gone; `more` tells that there is more to read."""

    runs: tuple[RunDetail, ...]
    more: bool = False


class RunReader:
    """Knows how far it has read each run. A run without news is the same object as before."""

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._followed: dict[str, _Followed] = {}

    def look(self, run_ids: tuple[str, ...]) -> Details:
        """The details of some runs now, in the order asked for."""
        until = time.monotonic() + LOOK_SECONDS
        for run_id in run_ids:
            self._find(run_id)
        followed = [self._followed[run_id] for run_id in run_ids if run_id in self._followed]
        for run in followed:
            run.look(until)
        self._forget_others(len(run_ids))
        return Details(tuple(run.detail for run in followed), any(run.more for run in followed))

    def _find(self, run_id: str) -> None:
        """Remember a run as the one asked for last."""
        known = self._followed.pop(run_id, None)
        run = self._store.run(run_id)
        # One that is known may be out of reach for a moment.
        if known or run.path.is_dir():
            self._followed[run_id] = known or _Followed(run_id, run)

    def _forget_others(self, asked_for: int) -> None:
        """Those that nobody asked for since longest, where there are too many."""
        while len(self._followed) > max(_KEPT, asked_for):
            del self._followed[next(iter(self._followed))]


class _Followed:
    """What was read of one run so far."""

    def __init__(self, run_id: str, run: Run) -> None:
        self._id, self._run = run_id, run
        self._reader = MetricsReader(run.metrics_path)
        self._curves = RunCurves()
        self._stamp: object = ()
        self._settings: tuple[dict[str, Any], dict[str, Any], str] = {}, {}, ""
        self.more = False
        self.detail = self._tell()

    def look(self, until: float) -> None:
        """Read on until there is no more, or until that time of the monotonic clock."""
        changed = self._read_settings()
        changed = self._read_metrics(until) or changed
        if changed or self._run.state.is_file() != self.detail.has_state:
            self.detail = self._tell()

    def _read_metrics(self, until: float) -> bool:
        changed = False
        for chunk in self._reader.read_all():
            if chunk.is_restarted:
                self._curves = RunCurves()
            self._curves.take(chunk.lines)
            changed = changed or chunk.is_restarted or bool(chunk.lines)
            self.more = chunk.has_more
            if time.monotonic() > until:
                break
            if self.more:
                breathe()
        return changed

    def _read_settings(self) -> bool:
        stamp = self._run.config_stamp
        if stamp == self._stamp:
            return False
        self._stamp, self._settings = stamp, _read_settings(self._run)
        return True

    def _tell(self) -> RunDetail:
        curves = self._curves
        steps, step_loss = curves.loss_by_step()
        settings, recipe_settings, problem = self._settings
        return RunDetail(
            id=self._id,
            epochs=curves.epochs(),
            figures=curves.figures(),
            steps=steps,
            step_loss=step_loss,
            best_epoch=curves.best_epoch,
            live=curves.live(),
            has_state=self._run.state.is_file(),
            settings=settings,
            recipe_settings=recipe_settings,
            problem=problem,
        )


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
