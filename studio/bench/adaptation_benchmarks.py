"""How much better a model reads a writer after 30 of their drawings, and what that costs."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from studio.bench.results import BenchmarkResult
from studio.bench.session import WORKERS, BenchmarkSession
from studio.bench.worker_process import Measurement, WorkerProcess
from studio.bench.workload import Workload
from studio.data import find_dataset
from studio.data.datasets import is_available
from studio.formatting import count
from studio.insight.intervals import Proportion

_NAME = "adaptation"
_RESAMPLES = 4000


def measure_adaptation(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """Adapt the bundled model to invented writers; each repetition has new drawings and a seed."""
    if not is_available("mnist", session.data_dir):
        missing = f"{find_dataset('mnist').title} is not downloaded"
        yield BenchmarkResult(_NAME, "Adapting to a writer", conditions=missing)
        return
    workload = Workload("mnist-best", session.data_dir, session.scratch / "runs", 0.0)
    start = partial(WorkerProcess, WORKERS, _NAME, workload)
    conditions, measurements = session.measure({_NAME: start})
    yield from adaptation_results(conditions[_NAME], measurements[_NAME])


def adaptation_results(
    conditions: Measurement, measurements: Sequence[Measurement]
) -> Iterator[BenchmarkResult]:
    """Yield the rows; spreads of errors are 95 % intervals, writers being resampled."""
    rows = [[*measured["writers"]] for measured in measurements]
    before, after = (_values(rows, key) for key in ("before", "after"))
    drawings = int(rows[0][0]["drawings"])
    described = (
        f"bundled model, the {len(conditions['writers'])} of {conditions['tried']} invented "
        f"writers that it misreads, {count(len(rows), 'seed')}, "
        f"{count(conditions['threads'], 'thread')}; changes: mean, lowest and highest"
    )
    what = f"Errors in {drawings} unseen drawings of a writer"
    result = BenchmarkResult(_NAME, f"{what}, before", "", conditions=described)
    yield _with_mean(result, before, _error_interval(before, drawings))
    result = BenchmarkResult(_NAME, f"{what}, adapted to 30", "", "≤ half")
    yield _with_mean(result, after, _error_interval(after, drawings))
    halved = Proportion(int((2 * after.sum(0) <= before.sum(0)).sum()), before.shape[1])
    result = BenchmarkResult(_NAME, "Writers whose errors at least halved", "%", "100 %")
    low, high = halved.interval
    yield replace(result, value=100 * halved.value, low=100 * low, high=100 * high)
    changes = _values(rows, "val_points")
    result = BenchmarkResult(_NAME, "Accuracy on MNIST validation", "points", "≥ -0.2")
    yield _with_mean(result, changes, (changes.min(), changes.max()))
    changes = np.array([measured["test_points"] for measured in measurements])
    result = BenchmarkResult(_NAME, "Accuracy on MNIST test", "points", "≥ -0.2")
    yield _with_mean(result, changes, (changes.min(), changes.max()))
    result = BenchmarkResult(_NAME, "CPU time of adapting, with its tests", "s", "≤ 40")
    yield result.with_values([measured["cpu_s"] for measured in measurements])


def bootstrap_interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """The 95 % percentile interval of a mean (B. Efron, Bootstrap Methods, 1979)."""
    rows = np.random.default_rng(0).integers(len(values), size=(_RESAMPLES, len(values)))
    low, high = np.quantile(values[rows].mean(1), [0.025, 0.975])
    return float(low), float(high)


def _error_interval(errors: NDArray[np.float64], drawings: int) -> tuple[float, float]:
    """The interval of the mean errors, float64 [S, W], in that many drawings each.

    Without any error resampling finds no spread; then it is that of the pooled proportion.
    """
    if errors.any():
        return bootstrap_interval(errors.mean(0))
    low, high = Proportion(0, drawings * errors.size).interval
    return drawings * low, drawings * high


def _values(rows: list[list[Measurement]], key: str) -> NDArray[np.float64]:
    """A value of each seed and writer, float64 [S, W]."""
    return np.array([[row[key] for row in seed] for seed in rows], np.float64)


def _with_mean(
    result: BenchmarkResult, values: NDArray[np.float64], spread: tuple[float, float]
) -> BenchmarkResult:
    low, high = map(float, spread)
    return replace(result, value=float(values.mean()), low=low, high=high)
