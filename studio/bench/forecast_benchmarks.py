"""How well forecasts agree with the trainings, and what the learning-rate finder costs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter
from typing import Any

from studio.bench.results import BenchmarkResult
from studio.bench.session import WORKERS, BenchmarkSession
from studio.bench.training_benchmarks import describe_conditions
from studio.bench.worker_process import WorkerProcess
from studio.bench.workload import Workload
from studio.data.dataset_shape import DatasetShape, shape_from_config
from studio.errors import StudioError
from studio.formatting import byte_size, duration
from studio.training.forecast import Calibrations, Forecast, calibrate, forecast
from studio.training.lr_finder import find_learning_rate

_MAX_ERROR = "≤ 25 %"


@dataclass(frozen=True)
class _Case:
    """A recipe that is trained completely, with settings that make it short."""

    label: str
    recipe: str
    settings: Mapping[str, Any]


_CASES = (
    _Case("Digits, 10 epochs", "digits-quickstart", {"optim.epochs": 10}),
    _Case(
        "Simple VGG, 2 epochs of 12,000 samples",
        "simple-vgg-mnist",
        {"optim.epochs": 2, "data.subset": 12_000},
    ),
    _Case(
        "Tiny VGG, 2 epochs of 3,000 samples",
        "tiny-vgg-fashion",
        {"optim.epochs": 2, "data.subset": 3_000},
    ),
    _Case("Mini VGG 1, 400 steps", "mini-vgg-v1-mnist", {"engine.max_steps": 400}),
    _Case("Mini VGG 2, 400 steps", "mini-vgg-v2-mnist", {"engine.max_steps": 400}),
)
_FINDER_RECIPES = {"Digits": "digits-quickstart", "Tiny VGG": "tiny-vgg-fashion"}


def measure_forecast(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """Measure each network as the window does, then train it and compare."""
    for case in _CASES:
        # With a length of its own: `create_workload` removes the steps of the recipe.
        workload, data = session.create_workload(case.recipe, {**case.settings})
        result = BenchmarkResult("forecast", f"{case.label}: error of the time", "%", _MAX_ERROR)
        session.on_progress(0.0, f"{case.label}, calibrating")
        began = perf_counter()
        cost = _forecast(workload, session)
        calibration_s = perf_counter() - began
        starts = {case.label: partial(WorkerProcess, WORKERS, "timed-run", workload)}
        conditions, measurements = session.measure(starts)
        first, runs = conditions[case.label], measurements[case.label]
        # Only the first training of a process loads modules.
        expected_s = cost.seconds - cost.loading_seconds
        described = (
            f"{describe_conditions(conditions, data)}; forecast {duration(expected_s)}, took "
            f"{', '.join(duration(run['seconds']) for run in runs)}; the first training of a "
            f"process: forecast {duration(cost.seconds)}, took {duration(first['seconds'])}; "
            f"measured in {duration(calibration_s)}; memory: forecast "
            f"{byte_size(cost.memory_bytes)}, {byte_size(first['memory_bytes'])} were taken; disk: "
            f"forecast {byte_size(cost.disk_bytes)}, {byte_size(first['disk_bytes'])} were taken"
        )
        errors = [100 * abs(expected_s / run["seconds"] - 1) for run in runs]
        yield replace(result, conditions=described).with_values(errors)


def _forecast(workload: Workload, session: BenchmarkSession) -> Forecast:
    """Calibrate in a folder of the session, so that nothing is remembered from before."""
    config, folder = workload.config, session.scratch / "forecasts"
    shape = _shape(workload)
    calibrate(config, folder, workload.runs_dir, shape)
    cost = forecast(config, Calibrations(folder), shape)
    if cost is None:
        raise StudioError("There is no forecast for this network.", "Check its settings.")
    return cost


def _shape(workload: Workload) -> DatasetShape:
    shape = shape_from_config(workload.config.data)
    assert shape is not None  # of a published dataset
    return shape


def measure_lr_find(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """Find a learning rate, against the training of the recipe as it is forecast."""
    for title, recipe in _FINDER_RECIPES.items():
        workload, data = session.create_workload(recipe, {})
        cost = _forecast(workload, session)
        times, steps_s = [], []
        for repeat in range(session.repeats):
            session.on_progress(repeat / session.repeats, title)
            began = perf_counter()
            curve = find_learning_rate(workload.config, workload.data_dir, workload.runs_dir)
            times.append(perf_counter() - began)
            steps_s.append(curve.seconds)
        result = BenchmarkResult(
            "lr-find",
            f"{title}: time of the learning-rate finder",
            "s",
            conditions=f"{data}; {len(curve.losses)} steps in {duration(min(steps_s))}, the rest "
            f"starts a process and reads the data; {curve.device}, {curve.precision}; the "
            "training is a forecast",
        )
        yield result.with_baseline(
            times, [cost.seconds] * len(times), "the training", lower_is_better=True
        )
