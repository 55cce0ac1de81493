"""The parts of the measurement by name."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from studio.bench.contention_benchmarks import measure_contention
from studio.bench.results import BenchmarkResult
from studio.bench.session import BenchmarkSession
from studio.bench.training_benchmarks import (
    measure_keras,
    measure_mini_vgg,
    measure_recipe,
    measure_tiny_vgg,
)
from studio.bench.window_benchmarks import (
    measure_plot,
    measure_start,
    measure_stroke,
    measure_thumbnails,
    measure_window,
)
from studio.errors import ConfigError, StudioError


@dataclass(frozen=True)
class Benchmark:
    """What one name of the command line measures; `usual` parts run when none is named."""

    name: str
    summary: str
    measure: Callable[[BenchmarkSession], Iterator[BenchmarkResult]]
    usual: bool = True


_ROWS = (
    Benchmark("tiny-vgg", "Tiny VGG trained, beside the plain loop", measure_tiny_vgg),
    Benchmark(
        "mini-vgg",
        "Mini VGG 1 trained, with torch's layers and by hand, beside the plain loop",
        partial(measure_mini_vgg, part="mini-vgg", version=1),
    ),
    Benchmark(
        "mini-vgg-v2",
        "The same of Mini VGG 2",
        partial(measure_mini_vgg, part="mini-vgg-v2", version=2),
        usual=False,
    ),
    Benchmark(
        "tiny-vgg-recipe",
        "The whole recipe of Tiny VGG, for a GPU: on a processor it takes an hour",
        measure_recipe,
        usual=False,
    ),
    Benchmark(
        "keras", "Tiny VGG trained, beside Keras where it is installed", measure_keras, False
    ),
    Benchmark(
        "contention",
        "Training and evaluation on one and two threads, beside 0, 1 and 2 busy processes",
        measure_contention,
        usual=False,
    ),
    Benchmark("start", "From the start to the window, and to torch behind it", measure_start),
    Benchmark("window", "Training in the window, and how late its event loop is", measure_window),
    Benchmark("plot", "Redrawing a loss plot of a million points", measure_plot),
    Benchmark("stroke", "From a move of the pen to the answer", measure_stroke),
    Benchmark("thumbnails", "Scrolling through 60,000 thumbnails", measure_thumbnails),
)
BENCHMARKS = {part.name: part for part in _ROWS}


def select_benchmarks(names: Sequence[str]) -> list[Benchmark]:
    """The parts of these names, or the usual ones. Raises ConfigError for an unknown name."""
    for name in names:
        if name not in BENCHMARKS:
            raise ConfigError("part", f"There is no part “{name}”.", f"There are: {_all()}.")
    return [BENCHMARKS[name] for name in names] or [part for part in _ROWS if part.usual]


def _all() -> str:
    return ", ".join(BENCHMARKS)


def run_benchmarks(
    parts: Sequence[Benchmark], session: BenchmarkSession
) -> Iterator[BenchmarkResult]:
    """Rows as they are measured; a part that fails is a row that says why.

    `session.scratch` must be there; each part has a folder of its own in it.
    """
    for place, part in enumerate(parts):
        with tempfile.TemporaryDirectory(dir=session.scratch) as scratch:
            tell = partial(_tell, session, part, place, len(parts))
            own = replace(session, scratch=Path(scratch), tell=tell)
            try:
                yield from part.measure(own)
            except StudioError as error:
                yield BenchmarkResult(part.name, part.summary, failure=str(error))


def _tell(
    session: BenchmarkSession, part: Benchmark, place: int, count: int, share: float, text: str
) -> None:
    session.tell((place + share) / count, f"{part.name}: {text}")
