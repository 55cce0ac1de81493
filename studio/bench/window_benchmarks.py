"""What the window costs and how fast it answers; the windows themselves are opened by workers."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from studio.bench.results import BenchmarkResult
from studio.bench.session import WINDOW_WORKERS, WORKERS, BenchmarkSession
from studio.bench.training_benchmarks import ENDLESS, RATE, TINY, setting_words
from studio.bench.worker_process import Worker

_WITHIN, _WITHOUT = "in the window", "without the window"


def measure_start(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """The program from its start to its painted window, each time in a fresh process."""
    workload, _ = session.workload(TINY, {})
    shown, made, loaded, facts = [], [], [], {}
    for turn in range(session.repeats):
        session.tell(turn / session.repeats, f"start {turn + 1} of {session.repeats}")
        with Worker(WINDOW_WORKERS, "start", workload) as worker:
            facts = worker.read()
            shown.append(worker.age)
            worker.read()
            made.append(worker.age)
            worker.read()
            loaded.append(worker.age)
    setting = f"{facts['platform']} platform, from the start of a fresh process"
    yield BenchmarkResult("start", "Window painted", "s", "≤ 1.0 s", setting=setting).of(shown)
    yield BenchmarkResult("start", "Pages not shown made behind it", "s", setting=setting).of(made)
    yield BenchmarkResult("start", "Torch loaded behind it", "s", setting=setting).of(loaded)


def measure_window(
    session: BenchmarkSession, recipe: str = TINY, settings: Mapping[str, Any] = ENDLESS
) -> Iterator[BenchmarkResult]:
    """The same training in the window and without it, and how late the window's loop is."""
    workload, pictures = session.workload(recipe, settings)
    workers = {
        _WITHIN: partial(Worker, WINDOW_WORKERS, "window", workload),
        _WITHOUT: partial(Worker, WORKERS, "ours", workload),
    }
    facts, turns = session.take_turns(workers)
    platform = f"{facts[_WITHIN]['platform']} platform, a timer of 5 ms, {pictures}"
    setting = setting_words(facts, platform)
    rates = {name: [turn["images_per_second"] for turn in turns[name]] for name in workers}
    row = BenchmarkResult(
        "window", "Tiny VGG trained in the window", RATE, "≥ 0.97 ×", setting=setting
    )
    yield row.against(rates[_WITHIN], rates[_WITHOUT], _WITHOUT)
    late = [turn["lateness"] for turn in turns[_WITHIN]]
    for share, name, goal in ((50, "median", ""), (99, "p99", "≤ 16 ms"), (100, "max", "≤ 50 ms")):
        what = f"Event loop late while training, {name}"
        yield BenchmarkResult("window", what, "ms", goal, setting=setting).at_percentile(
            share, late
        )


def measure_plot(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """The loss plot with a million points, which grows by one and is painted."""
    row = BenchmarkResult("plot", "Loss plot of 1,000,000 points redrawn, median", "ms", "≤ 16 ms")
    yield from _percentiles(session, "plot", {"redraws": (row, 50)}, shows_pictures=False)


def measure_stroke(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """From a move of the pen to the painted bars, idle and beside a training."""
    idle = BenchmarkResult("stroke", "Stroke to bars, p95", "ms", "≤ 16 ms")
    training = BenchmarkResult("stroke", "Stroke to bars while training, p95", "ms", "≤ 33 ms")
    yield from _percentiles(session, "stroke", {"idle": (idle, 95), "training": (training, 95)})


def measure_thumbnails(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """Sixty thousand thumbnails, the scroll bar dragged from end to end."""
    row = BenchmarkResult("thumbnails", "Scrolling 60,000 thumbnails, frame p99", "ms", "≤ 16 ms")
    yield from _percentiles(session, "thumbnails", {"frames": (row, 99)})


def _percentiles(
    session: BenchmarkSession,
    part: str,
    rows: dict[str, tuple[BenchmarkResult, float]],
    shows_pictures: bool = True,
) -> Iterator[BenchmarkResult]:
    """Rows of what a part of the window answers by name, each with its percentile."""
    workload, pictures = session.workload(TINY, ENDLESS)
    facts, turns = session.take_turns({part: partial(Worker, WINDOW_WORKERS, part, workload)})
    setting = f"{facts[part]['platform']} platform" + f", {pictures}" * shows_pictures
    for name, (row, share) in rows.items():
        samples = [turn[name] for turn in turns[part]]
        yield replace(row, setting=setting).at_percentile(share, samples)
