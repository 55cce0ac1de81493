"""Collects what a report shows from a run folder and its evaluation."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from studio.callbacks import OnProgress, ShouldStop
from studio.config import TrainConfig
from studio.errors import Stopped, StudioError
from studio.export.report.label_issues import FoundIssues, read_found_issues
from studio.insight.comparison import Comparison, compare_evaluations
from studio.insight.overview import Overview, summarize_evaluation
from studio.paths import BUNDLED
from studio.recipes import Recipe, load_recipe
from studio.runs import Run, RunStore
from studio.runs.config_diff import Difference, differences, flat_settings
from studio.runs.metrics_reader import MetricsReader, parse_lines
from studio.runs.summary import RunSummary, read_config, run_title, summarize_run
from studio.runs.test_openings import count_test_openings, record_test_opening

if TYPE_CHECKING:
    from studio.data import Split
    from studio.insight import Evaluation

METRICS = ("train_loss", "val_loss", "train_accuracy", "val_accuracy")
_MAX_EPOCH = 10**9  # a damaged line can hold a number that is no float
_READ_BYTES = 1 << 20


@dataclass(frozen=True, eq=False)
class EpochMetrics:
    """Numbers of the epochs [n], and each metric by epoch [n], NaN where it is unknown."""

    epochs: NDArray[np.float64]
    values: dict[str, NDArray[np.float64]]
    best_epoch: int | None


@dataclass(frozen=True, eq=False)
class ReportContents:
    """What a report shows; None or empty where the run does not have it.

    `differences` are the settings that were changed in the recipe. `comparison` is that with the
    run that this one follows, or with another one chosen, and `comparison_problem` says why there
    is none although there should be. `test_openings` is how often the test split was opened.
    """

    title: str
    evaluation: "Evaluation"
    overview: Overview
    summary: RunSummary | None = None
    config: TrainConfig | None = None
    recipe: Recipe | None = None
    record: dict[str, Any] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    metrics: EpochMetrics | None = None
    comparison: Comparison | None = None
    comparison_problem: str = ""
    label_issues: list[FoundIssues] = field(default_factory=list)
    test_openings: int = 0


def collect_contents(
    run: str | Path,
    split: "Split",
    data_dir: Path | None,
    against: str | Path | None,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> ReportContents:
    """Evaluate `bundled` or a run folder, and read what else is known about it.

    It is compared with `against`, by default with the run that it follows, if that still exists.
    Raises CheckpointError, DatasetError, and Stopped.
    """
    from studio.insight.evaluation import evaluate

    def evaluated(fraction: float, message: str) -> None:
        on_progress(0.6 * fraction, message)

    evaluation = evaluate(run, split, data_dir, evaluated, should_stop)
    if split == "test":
        record_test_opening(run, "report")
    overview = summarize_evaluation(evaluation)
    if str(run) == BUNDLED:
        return ReportContents("Bundled model", evaluation, overview)
    folder = Run(Path(run))
    config, record = read_config(folder), _record(folder)
    recipe = _recipe(config)
    comparison, problem = _compare(
        evaluation, against or _parent(folder, record), data_dir, on_progress, should_stop
    )
    return ReportContents(
        run_title(folder.id, config.recipe if config else ""),
        evaluation,
        overview,
        summarize_run(folder),
        config,
        recipe,
        record,
        _changes(config, recipe),
        read_epoch_metrics(folder, should_stop),
        comparison,
        problem,
        read_found_issues(run, tuple(dict.fromkeys(("train", split))), data_dir, should_stop),
        count_test_openings(folder),
    )


def read_epoch_metrics(run: Run, should_stop: ShouldStop) -> EpochMetrics | None:
    """Read loss and accuracy by epoch; None if no epoch has ended. Raises Stopped."""
    found: dict[int, dict[str, Any]] = {}
    for chunk in MetricsReader(run.metrics_path, _READ_BYTES).read_all():
        if should_stop():
            raise Stopped
        # Nearly all lines are steps, which are not parsed.
        lines = [line for line in chunk.lines.split(b"\n") if b'"EpochEnd"' in line]
        for event in parse_lines(b"\n".join(lines)):
            epoch = event.get("epoch")
            if isinstance(epoch, int) and 0 < epoch <= _MAX_EPOCH:
                found[epoch] = event  # a resumed run repeats some epochs
    if not found:
        return None
    epochs = sorted(found)
    best = [epoch for epoch in epochs if found[epoch].get("best")]
    return EpochMetrics(
        np.array(epochs, float),
        {name: np.array([_number(found[e].get(name)) for e in epochs]) for name in METRICS},
        best[-1] if best else None,
    )


def _compare(
    evaluation: "Evaluation",
    other: str | Path | None,
    data_dir: Path | None,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> tuple[Comparison | None, str]:
    """Compare with another run; a text says why that is not possible."""
    from studio.insight.evaluation import evaluate

    if other is None:
        return None, ""

    def evaluated(fraction: float, message: str) -> None:
        on_progress(0.6 + 0.3 * fraction, message)

    try:
        before = evaluate(other, evaluation.split, data_dir, evaluated, should_stop)
        if evaluation.split == "test":
            record_test_opening(other, "report")
        return compare_evaluations(before, evaluation), ""
    except StudioError as error:
        return None, f"The run could not be compared with “{Path(other).name}”: {error}"


def _parent(run: Run, record: dict[str, Any]) -> str | Path | None:
    """The run that a run follows: a folder or `bundled`; None where there is none any more."""
    name = record.get("parent")
    if not isinstance(name, str) or not name:
        return None
    if name == BUNDLED:
        return BUNDLED
    folder = RunStore(run.path.parent).run(name).path
    return folder if folder.is_dir() else None


def _changes(config: TrainConfig | None, recipe: Recipe | None) -> list[Difference]:
    if config is None or recipe is None:
        return []
    return differences(flat_settings(recipe.config), flat_settings(config))


def _recipe(config: TrainConfig | None) -> Recipe | None:
    try:
        return load_recipe(config.recipe) if config else None
    except StudioError:
        return None  # a recipe of the user, or one of another version


def _record(run: Run) -> dict[str, Any]:
    try:
        return run.record
    except StudioError:
        return {}


def _number(value: object) -> float:
    try:
        return float(value) if isinstance(value, int | float) else float("nan")
    except OverflowError:
        return float("nan")
