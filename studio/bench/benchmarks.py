"""The benchmarks by name, and how several of them run one after the other."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from studio.bench.adaptation_benchmarks import measure_adaptation
from studio.bench.contention_benchmarks import measure_contention
from studio.bench.drawing_benchmark import measure_drawing
from studio.bench.forecast_benchmarks import measure_forecast, measure_lr_find
from studio.bench.label_issue_benchmarks import measure_label_issues
from studio.bench.results import BenchmarkResult
from studio.bench.session import BenchmarkSession
from studio.bench.soak import measure_soak
from studio.bench.training_benchmarks import (
    measure_history,
    measure_kept_epochs,
    measure_keras,
    measure_mini_vgg,
    measure_recipe,
    measure_tiny_vgg,
    measure_watched,
)
from studio.bench.window_benchmarks import (
    measure_inside,
    measure_map,
    measure_nearest,
    measure_over_time,
    measure_plot,
    measure_start,
    measure_stroke,
    measure_thumbnails,
    measure_window,
)
from studio.errors import ConfigError, StudioError, quoted


@dataclass(frozen=True)
class Benchmark:
    """A benchmark by its name on the command line; without names, those `by_default` run."""

    name: str
    summary: str
    measure: Callable[[BenchmarkSession], Iterator[BenchmarkResult]]
    by_default: bool = True


_ALL = (
    Benchmark("tiny-vgg", "Training Tiny VGG, against the plain loop", measure_tiny_vgg),
    Benchmark(
        "mini-vgg",
        "Training Mini VGG 1, native and hand-written layers, against the plain loop",
        partial(measure_mini_vgg, benchmark="mini-vgg", version=1),
    ),
    Benchmark(
        "mini-vgg-v2",
        "The same for Mini VGG 2",
        partial(measure_mini_vgg, benchmark="mini-vgg-v2", version=2),
        by_default=False,
    ),
    Benchmark(
        "tiny-vgg-recipe",
        "The complete recipe of Tiny VGG, for a GPU: it takes an hour on a CPU",
        measure_recipe,
        by_default=False,
    ),
    Benchmark("keras", "Training Tiny VGG, against Keras if it is installed", measure_keras, False),
    Benchmark(
        "history",
        "Recording how each training sample is predicted, against training without",
        measure_history,
        by_default=False,
    ),
    Benchmark(
        "keep-weights",
        "Keeping the weights of every epoch, against training without",
        measure_kept_epochs,
        by_default=False,
    ),
    Benchmark(
        "watched",
        "Training while the Draw page shows the model, against training alone",
        measure_watched,
        by_default=False,
    ),
    Benchmark(
        "contention",
        "Training and evaluation with one and two threads, beside 0, 1 and 2 busy processes",
        measure_contention,
        by_default=False,
    ),
    Benchmark(
        "label-issues",
        "Flipped labels that the search for label issues finds, and its time",
        measure_label_issues,
        by_default=False,
    ),
    Benchmark(
        "adaptation",
        "How much better the bundled model reads a writer after 30 drawings, and what it costs",
        measure_adaptation,
        by_default=False,
    ),
    Benchmark(
        "forecast",
        "How well the forecast of a training agrees with the training",
        measure_forecast,
        by_default=False,
    ),
    Benchmark(
        "lr-find",
        "Time of the learning-rate finder, against the training",
        measure_lr_find,
        by_default=False,
    ),
    Benchmark(
        "start", "Time from the start to the window, and until torch is loaded", measure_start
    ),
    Benchmark("window", "Training in the window, and lateness of its event loop", measure_window),
    Benchmark("plot", "Redrawing a loss plot of a million points", measure_plot),
    Benchmark("stroke", "Time from a pen movement to the prediction", measure_stroke),
    Benchmark("inside", "Time from a pen movement to the activation maps", measure_inside),
    Benchmark("thumbnails", "Scrolling through 60,000 thumbnails", measure_thumbnails),
    Benchmark("map", "Panning a map of 60,000 samples", measure_map),
    Benchmark("nearest", "Finding the nearest of 60,000 training samples", measure_nearest),
    Benchmark(
        "drawing",
        "Drawings replayed on the canvas: accuracy, and what is no digit but familiar",
        measure_drawing,
        by_default=False,
    ),
    Benchmark(
        "over-time",
        "Moving the slider over kept epochs, and drawing with all of them",
        measure_over_time,
        by_default=False,
    ),
    Benchmark(
        "soak",
        "Memory and objects left by opening and closing everything again and again",
        measure_soak,
        by_default=False,
    ),
)
BENCHMARKS = {benchmark.name: benchmark for benchmark in _ALL}


def select_benchmarks(names: Sequence[str]) -> list[Benchmark]:
    """Return the benchmarks with these names, or the default ones. Raises ConfigError."""
    for name in names:
        if name not in BENCHMARKS:
            hint = f"Choose from: {', '.join(BENCHMARKS)}."
            raise ConfigError("part", f"There is no benchmark {quoted(name)}.", hint)
    return [BENCHMARKS[name] for name in names] or [one for one in _ALL if one.by_default]


def run_benchmarks(
    benchmarks: Sequence[Benchmark], session: BenchmarkSession
) -> Iterator[BenchmarkResult]:
    """Yield results as they are measured; a benchmark that fails yields a result with the reason.

    Each benchmark has a scratch folder of its own in that of the session, which must exist.
    """
    for index, benchmark in enumerate(benchmarks):

        def report(
            fraction: float, message: str, name: str = benchmark.name, done: int = index
        ) -> None:
            session.on_progress((done + fraction) / len(benchmarks), f"{name}: {message}")

        with tempfile.TemporaryDirectory(dir=session.scratch) as scratch:
            try:
                yield from benchmark.measure(
                    replace(session, scratch=Path(scratch), on_progress=report)
                )
            except StudioError as error:
                yield BenchmarkResult(benchmark.name, benchmark.summary, failure=str(error))
