"""Reads the selected runs in a worker thread; each time only what is new. No Qt here."""

import time
from dataclasses import dataclass
from typing import Any

from studio.errors import StudioError
from studio.files import is_file, is_folder
from studio.recipes import load_recipe
from studio.runs import Run, RunStore
from studio.runs.config_diff import flat_settings
from studio.runs.metrics_reader import MetricsReader
from studio.ui.shared.run_curves import Column, RunCurves, RunProgress
from studio.ui.tasks import yield_gil
from studio.ui.widgets.curve_data import CurveMark

READ_S = 0.5  # after which the read part of a long file is shown before the rest
MAX_CACHED_RUNS = 16  # so that selecting one of them again reads nothing anew


@dataclass(frozen=True)
class RunDetail:
    """The curves of one run, and its settings by dotted name.

    `epochs` and `metrics` have a value per epoch [n], `steps` (counted in epochs) and `step_loss`
    one per step [m]. `marks` are what happened to it. `problem` says why the settings cannot be
    read.
    """

    id: str
    epochs: Column
    metrics: dict[str, Column]
    steps: Column
    step_loss: Column
    best_epoch: float | None
    progress: RunProgress
    has_state: bool
    settings: dict[str, Any]
    recipe_settings: dict[str, Any]
    problem: str
    marks: tuple[CurveMark, ...] = ()


@dataclass(frozen=True)
class RunDetails:
    """The runs that exist of those requested; `has_more` if there is more to read."""

    runs: tuple[RunDetail, ...]
    has_more: bool = False


class RunReader:
    """Remembers how far it has read each run; a run without news stays the same object."""

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._tracked: dict[str, _TrackedRun] = {}

    def read(self, run_ids: tuple[str, ...]) -> RunDetails:
        """Read what is new of some runs; returns their details in the order requested."""
        deadline = time.monotonic() + READ_S
        for run_id in run_ids:
            self._track(run_id)
        tracked = [self._tracked[run_id] for run_id in run_ids if run_id in self._tracked]
        for run in tracked:
            run.read(deadline)
        self._forget_oldest(len(run_ids))
        details = tuple(run.detail for run in tracked)
        return RunDetails(details, any(run.has_more for run in tracked))

    def _track(self, run_id: str) -> None:
        """Remember a run as the one requested last."""
        known = self._tracked.pop(run_id, None)
        run = self._store.run(run_id)
        # A known run may be unreachable for a moment.
        if known or is_folder(run.path):
            self._tracked[run_id] = known or _TrackedRun(run_id, run)

    def _forget_oldest(self, requested: int) -> None:
        """Forget the runs whose last request is the longest ago, if there are too many."""
        while len(self._tracked) > max(MAX_CACHED_RUNS, requested):
            del self._tracked[next(iter(self._tracked))]


class _TrackedRun:
    """What has been read of one run."""

    def __init__(self, run_id: str, run: Run) -> None:
        self._id, self._run = run_id, run
        self._reader = MetricsReader(run.metrics_path)
        self._curves = RunCurves()
        self._stamp: object = ()
        self._settings: tuple[dict[str, Any], dict[str, Any], str] = {}, {}, ""
        self.has_more = False
        self.detail = self._make_detail()

    def read(self, deadline: float) -> None:
        """Read until there is no more, or until `deadline` of the monotonic clock."""
        changed = self._read_settings()
        changed = self._read_metrics(deadline) or changed
        if changed or is_file(self._run.state) != self.detail.has_state:
            self.detail = self._make_detail()

    def _read_metrics(self, deadline: float) -> bool:
        changed = False
        for chunk in self._reader.read_all():
            if chunk.is_restarted:
                self._curves = RunCurves()
            self._curves.add_lines(chunk.lines)
            changed = changed or chunk.is_restarted or bool(chunk.lines)
            self.has_more = chunk.has_more
            if time.monotonic() > deadline:
                break
            if self.has_more:
                yield_gil()
        return changed

    def _read_settings(self) -> bool:
        stamp = self._run.config_stamp
        if stamp == self._stamp:
            return False
        self._stamp, self._settings = stamp, _read_settings(self._run)
        return True

    def _make_detail(self) -> RunDetail:
        curves = self._curves
        steps, step_loss = curves.loss_by_step()
        settings, recipe_settings, problem = self._settings
        return RunDetail(
            id=self._id,
            epochs=curves.epochs(),
            metrics=curves.metrics(),
            steps=steps,
            step_loss=step_loss,
            best_epoch=curves.best_epoch,
            progress=curves.progress(),
            has_state=is_file(self._run.state),
            settings=settings,
            recipe_settings=recipe_settings,
            problem=problem,
            marks=curves.marks(),
        )


def _read_settings(run: Run) -> tuple[dict[str, Any], dict[str, Any], str]:
    try:
        config = run.config
    except StudioError as error:
        return {}, {}, str(error)
    try:
        recipe = load_recipe(config.recipe).config
    except StudioError:
        return flat_settings(config), {}, ""
    return flat_settings(config), flat_settings(recipe), ""
