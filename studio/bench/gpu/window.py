"""Training in the real window, drawn offscreen: its cost, and the lateness of the event loop."""

from importlib.util import find_spec

from studio.bench.gpu.context import Reporter, RunContext, SkippedError
from studio.bench.results import BenchmarkResult
from studio.bench.session import BenchmarkSession
from studio.bench.training_benchmarks import TINY
from studio.bench.window_benchmarks import measure_window

_MIN_RATIO, _MAX_P99_MS, _MAX_MS = 0.97, 16.0, 50.0


def measure(context: RunContext, reporter: Reporter) -> None:
    """Measure the speed in the window and without it in alternation, and then lateness."""
    for package in "PySide6", "pyqtgraph":
        if find_spec(package) is None:
            raise SkippedError(f"{package} is not installed")
    repeats, seconds = (1, 0.3) if context.rehearsal else (3, 2.0)
    recipe = "digits-quickstart" if context.rehearsal else TINY
    session = BenchmarkSession(context.data_dir, context.scratch, context.device, repeats, seconds)
    rows = []
    for result in measure_window(session, recipe):
        rows.append(result.to_dict())
        reporter.record(rows=rows)
        _report(result, reporter)


def _report(result: BenchmarkResult, reporter: Reporter) -> None:
    if result.value is None:
        return
    if result.ratio is not None:
        text = f"{result.value:,.0f} images/s, {result.ratio:.3f} × without the window"
        reporter.add_figure("speed", text, f"≥ {_MIN_RATIO} ×", result.ratio >= _MIN_RATIO)
        return
    statistic = result.label.rpartition(", ")[2]
    limits = {"p99": _MAX_P99_MS, "max": _MAX_MS}
    met = result.value <= limits[statistic] if statistic in limits else None
    label = f"event loop lateness, {statistic}"
    reporter.add_figure(label, f"{result.value:.2f} ms", result.goal, met)
