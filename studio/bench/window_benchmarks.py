"""The cost of the window and how fast it responds; worker processes open the windows."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from studio.bench.results import BenchmarkResult
from studio.bench.session import WINDOW_WORKERS, WORKERS, BenchmarkSession
from studio.bench.training_benchmarks import ENDLESS, RATE, TINY, describe_conditions
from studio.bench.worker_process import WorkerProcess, values_by_worker

_IN_WINDOW, _WITHOUT_WINDOW = "in the window", "without the window"


def measure_start(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """Start the program in a fresh process, up to the painted window and to loaded torch."""
    workload, _ = session.create_workload(TINY, {})
    painted_s, complete_s, torch_loaded_s, conditions = [], [], [], {}
    for index in range(session.repeats):
        session.on_progress(index / session.repeats, f"start {index + 1} of {session.repeats}")
        with WorkerProcess(WINDOW_WORKERS, "start", workload) as worker:
            conditions = worker.read()
            painted_s.append(worker.age_s)
            worker.read()
            complete_s.append(worker.age_s)
            worker.read()
            torch_loaded_s.append(worker.age_s)
    described = f"{conditions['platform']} platform, from the start of a fresh process"
    for label, goal, seconds in (
        ("Window painted", "≤ 1.0 s", painted_s),
        ("Hidden pages created", "", complete_s),
        ("Torch loaded", "", torch_loaded_s),
    ):
        result = BenchmarkResult("start", label, "s", goal, conditions=described)
        yield result.with_values(seconds)


def measure_window(session: BenchmarkSession, recipe: str = TINY) -> Iterator[BenchmarkResult]:
    """Train in the window and without it, and measure the lateness of the event loop."""
    workload, data = session.create_workload(recipe, ENDLESS)
    conditions, measurements = session.measure(
        {
            _IN_WINDOW: partial(WorkerProcess, WINDOW_WORKERS, "window", workload),
            _WITHOUT_WINDOW: partial(WorkerProcess, WORKERS, "training", workload),
        }
    )
    window = f"{conditions[_IN_WINDOW]['platform']} platform, a timer of 5 ms, {data}"
    described = describe_conditions(conditions, window)
    rates = values_by_worker(measurements, "images_per_second")
    result = BenchmarkResult(
        "window", "Tiny VGG trained in the window", RATE, "≥ 0.97 ×", conditions=described
    )
    yield result.with_baseline(rates[_IN_WINDOW], rates[_WITHOUT_WINDOW], _WITHOUT_WINDOW)
    lateness_ms = [measurement["lateness"] for measurement in measurements[_IN_WINDOW]]
    for percent, name, goal in (
        (50, "median", ""),
        (99, "p99", "≤ 16 ms"),
        (100, "max", "≤ 50 ms"),
    ):
        label = f"Event loop lateness while training, {name}"
        result = BenchmarkResult("window", label, "ms", goal, conditions=described)
        yield result.with_percentile(percent, lateness_ms)


def measure_plot(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """Append points to a loss plot of a million points."""
    result = BenchmarkResult(
        "plot", "Loss plot of 1,000,000 points redrawn, median", "ms", "≤ 16 ms"
    )
    yield from _measure_percentiles(session, "plot", {"redraws": (result, 50)}, shows_data=False)


def measure_stroke(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """Draw on the canvas until the prediction bars are painted, idle and while training."""
    idle = BenchmarkResult("stroke", "Stroke to bars, p95", "ms", "≤ 16 ms")
    training = BenchmarkResult("stroke", "Stroke to bars while training, p95", "ms", "≤ 33 ms")
    results = {"idle": (idle, 95.0), "training": (training, 95.0)}
    yield from _measure_percentiles(session, "stroke", results)


def measure_over_time(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """Move the slider over kept epochs, and draw while all of them predict."""
    ticks = BenchmarkResult("over-time", "Slider of the view Over time, tick p95", "ms", "≤ 50 ms")
    drawing = BenchmarkResult("over-time", "Drawing predicted by 30 epochs, median", "ms")
    results = {"ticks": (ticks, 95.0), "drawing": (drawing, 50.0)}
    yield from _measure_percentiles(session, "over-time", results)


def measure_inside(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """Draw until the activation maps of a layer are painted, idle and while training."""
    idle = BenchmarkResult("inside", "Stroke to activation maps, p95", "ms", "≤ 50 ms")
    label = "Stroke to activation maps while training, p95"
    results = {"idle": (idle, 95.0), "training": (BenchmarkResult("inside", label, "ms", ""), 95.0)}
    yield from _measure_percentiles(session, "inside", results)


def measure_thumbnails(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """Scroll through sixty thousand thumbnails from top to bottom, and filter them."""
    labels = {
        "frames": "Scrolling 60,000 thumbnails, frame p99",
        "large_frames": "The same with large thumbnails and two badges each",
        "filters": "Another filter and order of 60,000 samples, p99",
    }
    results = {
        key: (BenchmarkResult("thumbnails", label, "ms", "≤ 16 ms"), 99.0)
        for key, label in labels.items()
    }
    yield from _measure_percentiles(session, "thumbnails", results)


def measure_map(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """Pan a map of sixty thousand samples."""
    result = BenchmarkResult("map", "Panning a map of 60,000 samples, frame p99", "ms", "≤ 16 ms")
    yield from _measure_percentiles(session, "map", {"frames": (result, 99)})


def measure_nearest(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """Search the nearest of sixty thousand training samples."""
    workload, data = session.create_workload(TINY, {})
    conditions, measurements = session.measure(
        {"nearest": partial(WorkerProcess, WORKERS, "nearest", workload)}
    )
    described = describe_conditions(
        conditions, f"{conditions['nearest']['dimensions']} dimensions, {data}"
    )
    result = BenchmarkResult(
        "nearest", "Nearest of 60,000 samples, p95", "ms", "≤ 50 ms", conditions=described
    )
    searches = [measurement["searches"] for measurement in measurements["nearest"]]
    yield result.with_percentile(95, searches)


def _measure_percentiles(
    session: BenchmarkSession,
    worker: str,
    results: Mapping[str, tuple[BenchmarkResult, float]],
    shows_data: bool = True,
) -> Iterator[BenchmarkResult]:
    """Fill in results with a percentile each, by the key of the worker's measurements."""
    workload, data = session.create_workload(TINY, ENDLESS)
    conditions, measurements = session.measure(
        {worker: partial(WorkerProcess, WINDOW_WORKERS, worker, workload)}
    )
    described = f"{conditions[worker]['platform']} platform" + f", {data}" * shows_data
    for key, (result, percent) in results.items():
        samples = [measurement[key] for measurement in measurements[worker]]
        yield replace(result, conditions=described).with_percentile(percent, samples)
