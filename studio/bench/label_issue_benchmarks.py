"""How many flipped labels the search for label issues finds, and how long it takes."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from studio.bench.flipped_labels import FLIPPED_FRACTION, copy_with_flipped_labels
from studio.bench.results import BenchmarkResult
from studio.bench.session import WORKERS, BenchmarkSession
from studio.bench.training_benchmarks import describe_conditions
from studio.bench.worker_process import WorkerProcess
from studio.bench.workload import Workload
from studio.data import find_dataset, is_available
from studio.formatting import percent
from studio.recipes import load_recipe

# Recipe, and the fraction of the flipped labels that has to be found.
_RECIPES = {"simple-vgg-mnist": 0.95, "tiny-vgg-fashion": 0.80}
_SUBSET = 10_000
_NAME = "label-issues"


def measure_label_issues(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """Flip labels of a subset, train a recipe, and search for the label issues of the run."""
    for recipe, goal in _RECIPES.items():
        info = find_dataset(load_recipe(recipe).config.data.source)
        found = BenchmarkResult(
            _NAME,
            f"{info.title}: flipped labels found",
            "%",
            f"≥ {percent(goal, 0)} with all samples",
        )
        if not is_available(info.id, session.data_dir):
            yield replace(found, conditions=f"{info.title} is not downloaded")
            continue
        data_dir = session.scratch / info.id
        copy_with_flipped_labels(info, session.data_dir, data_dir)
        settings = {"engine.device": session.device, "data.subset": _SUBSET}
        workload = Workload(recipe, data_dir, session.scratch / "runs", 0.0, settings)
        yield from _measure(session, workload, found)


def _measure(
    session: BenchmarkSession, workload: Workload, found: BenchmarkResult
) -> Iterator[BenchmarkResult]:
    title = found.label.split(":")[0]
    starts = {title: partial(WorkerProcess, WORKERS, _NAME, workload)}
    conditions, measurements = replace(session, repeats=1).measure(starts)
    data = f"{percent(FLIPPED_FRACTION, 0)} of the labels of {_SUBSET:,} samples flipped"
    described = describe_conditions(conditions, data)
    (values,) = measurements[title]
    found = replace(found, conditions=described)
    ours = [100 * values["found"]]
    if "found_by_cleanlab" in values:
        yield found.with_baseline(ours, [100 * values["found_by_cleanlab"]], "cleanlab")
    else:
        yield found.with_values(ours)
    time = BenchmarkResult(
        _NAME, f"{title}: time of the search", "s", "≤ 1.5 × the training", conditions=described
    )
    yield time.with_baseline(
        [values["search_s"]], [values["training_s"]], "the training", lower_is_better=True
    )
