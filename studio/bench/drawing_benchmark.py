"""How many replayed drawings the bundled model predicts correctly, and what it finds familiar."""

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from studio.bench.results import BenchmarkResult
from studio.bench.session import WINDOW_WORKERS, BenchmarkSession
from studio.bench.strokes.samples import DIGIT_KINDS, FORMED, LETTER, SHAPE, TRACED
from studio.bench.worker_process import Measurement, WorkerProcess
from studio.bench.workload import Workload
from studio.formatting import percent
from studio.runs.familiarity import UNFAMILIAR

_RECIPE = "simple-vgg-mnist"  # names the folders; nothing is trained
_TITLES = {
    TRACED: "MNIST validation digits, traced",
    FORMED: "Digits in invented forms",
    LETTER: "Letters",
    SHAPE: "Shapes and scribbles",
}
_SMALL, _SMALL_GOAL, _GOAL = 0.25, "≥ 97.5 %", "≥ 98.5 %"
_PASSING_GOAL = "≤ 15 %"

# Whether the predicted class was correct, and the familiarity, 0..1.
Reading = tuple[bool, float]


def measure_drawing(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """Replay drawings as mouse events, and read what the prediction bars show."""
    workload = Workload(_RECIPE, session.data_dir, session.scratch / "runs")
    conditions, measurements = session.measure(
        {"drawing": partial(WorkerProcess, WINDOW_WORKERS, "drawing", workload)}
    )
    yield from drawing_results(conditions["drawing"], measurements["drawing"])


def drawing_results(
    conditions: Measurement, measurements: Sequence[Measurement]
) -> Iterator[BenchmarkResult]:
    """Yield the accuracy for each kind of digits and pen, then how many are familiar."""
    described = (
        f"{conditions['platform']} platform, bundled model, mouse events at random places of the "
        "canvas; spread: 95 % intervals"
    )
    pens, every = conditions["pens"], conditions["kinds"]
    found = {kind: _pool(measurements, kind) for kind in every}
    for kind in DIGIT_KINDS:
        if kind not in found:
            yield BenchmarkResult("drawing", _TITLES[kind], conditions="MNIST is not downloaded")
            continue
        for pen, readings in zip(pens, found[kind], strict=True):
            yield _accuracy(kind, pen, readings, described)
    digits = _familiarities([pen for kind in DIGIT_KINDS for pen in found.get(kind, [])])
    yield from _familiarity_rows(found, digits, described)


def _familiarity_rows(
    found: dict[str, list[list[Reading]]], digits: Sequence[float], described: str
) -> Iterator[BenchmarkResult]:
    """Yield how much passes at the threshold of the program, and at that of these digits."""
    of_digits = float(np.quantile(digits, 0.05))
    row = partial(_passing, conditions=described)
    yield row("Digits that are familiar", digits, UNFAMILIAR, "≥ 95 %")
    for kind in (LETTER, SHAPE):
        values, title = _familiarities(found[kind]), _TITLES[kind]
        yield row(f"{title} that are familiar", values, UNFAMILIAR, _PASSING_GOAL)
        label = f"{title} more familiar than 5 % of these digits"
        yield row(label, values, of_digits, _PASSING_GOAL)


def _pool(measurements: Sequence[Measurement], kind: str) -> list[list[Reading]]:
    """The readings of all measurements, for each pen."""
    by_pen = zip(*(measurement[kind] for measurement in measurements), strict=True)
    return [[reading for readings in pen for reading in readings] for pen in by_pen]


def _accuracy(
    kind: str, pen: Sequence[float], readings: Sequence[Reading], described: str
) -> BenchmarkResult:
    size, width = pen
    correct = sum(is_correct for is_correct, _ in readings)
    result = BenchmarkResult(
        "drawing",
        f"{_TITLES[kind]}: accuracy at {percent(size, 0)} of the canvas, pen {percent(width, 0)}",
        "%",
        _SMALL_GOAL if size < _SMALL else _GOAL,
        conditions=described,
    )
    return result.with_proportion(correct, len(readings))


def _passing(
    label: str, values: Sequence[float], threshold: float, goal: str, conditions: str
) -> BenchmarkResult:
    result = BenchmarkResult("drawing", label, "%", goal, conditions=conditions)
    return result.with_proportion(sum(value >= threshold for value in values), len(values))


def _familiarities(pens: Sequence[Sequence[Reading]]) -> list[float]:
    return [familiarity for readings in pens for _, familiarity in readings]
