"""Trains in the real window, drawn offscreen: what it costs, and how late its event loop is."""

import dataclasses
from importlib.util import find_spec

from studio.bench.gpu.context import Task
from studio.bench.gpu.reporter import Reporter, SkippedError
from studio.bench.results import BenchmarkResult
from studio.bench.session import BenchmarkSession
from studio.bench.training_benchmarks import ENDLESS, TINY
from studio.bench.window_benchmarks import measure_window

_LEAST_RATIO, _MOST_P99_MS, _MOST_MS = 0.97, 16.0, 50.0


def measure(task: Task, report: Reporter) -> None:
    """Speed within and without in turns, then lateness."""
    for package in "PySide6", "pyqtgraph":
        if find_spec(package) is None:
            raise SkippedError(f"{package} is not installed")
    repeats, seconds = (1, 0.3) if task.rehearsal else (3, 2.0)
    recipe = "digits-quickstart" if task.rehearsal else TINY
    session = BenchmarkSession(task.data_dir, task.scratch, task.device, repeats, seconds)
    rows = []
    for row in measure_window(session, recipe, ENDLESS):
        rows.append(dataclasses.asdict(row))
        report.values(rows=rows)
        _report(row, report)


def _report(row: BenchmarkResult, report: Reporter) -> None:
    if row.ratio is not None and row.ours is not None:
        words = f"{row.ours:,.0f} images/s, {row.ratio:.3f} × without the window"
        report.figure("speed", words, f"≥ {_LEAST_RATIO} ×", row.ratio >= _LEAST_RATIO)
    elif row.ours is not None:
        name = row.what.rpartition(", ")[2]
        limits = {"p99": _MOST_P99_MS, "max": _MOST_MS}
        met = row.ours <= limits[name] if name in limits else None
        report.figure(f"event loop late, {name}", f"{row.ours:.2f} ms", row.goal, met)
