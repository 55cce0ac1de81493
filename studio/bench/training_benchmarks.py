"""Training speed, against the plain loop and against Keras."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from importlib.util import find_spec

from studio.bench.results import BenchmarkResult
from studio.bench.session import WINDOW_WORKERS, WORKERS, BenchmarkSession
from studio.bench.worker_process import Measurement, WorkerProcess, values_by_worker
from studio.bench.workload import Workload
from studio.formatting import count, duration

# The name of a worker of studio.bench.workers, and what it runs.
Entry = tuple[str, Workload]

TINY, SIMPLE = "tiny-vgg-fashion", "simple-vgg-mnist"
ENDLESS = {"optim.epochs": 10_000, "engine.log_every": 10}
RATE = "images/s"
OURS, PLAIN = "VGG Studio", "plain loop"
_EPOCHS = 10
_KEPT_SAMPLES = 2000


def measure_tiny_vgg(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """Train Tiny VGG as in its recipe: batch size 32, augmentation."""
    workload, data = session.create_workload(TINY, ENDLESS)
    result = BenchmarkResult("tiny-vgg", "Tiny VGG, batch 32", RATE, "≥ 5 ×")
    yield from _compare(
        session, [(result, ("training", workload))], {PLAIN: ("plain", workload)}, data
    )


def measure_mini_vgg(
    session: BenchmarkSession, benchmark: str, version: int
) -> Iterator[BenchmarkResult]:
    """Train a Mini VGG with batch size 16, with native and with hand-written layers."""
    label, recipe = f"Mini VGG {version}, batch 16", f"mini-vgg-v{version}-mnist"
    workload, data = session.create_workload(recipe, {**ENDLESS, "optim.batch_size": 16})
    by_hand = replace(workload, settings={**workload.settings, "model.layers": "scratch"})
    ours = [
        (BenchmarkResult(benchmark, label, RATE, "≥ 2.5 ×"), ("training", workload)),
        (
            BenchmarkResult(benchmark, f"{label}, hand-written layers", RATE, "≥ 1 ×"),
            ("training", by_hand),
        ),
    ]
    yield from _compare(session, ours, {PLAIN: ("plain", workload)}, data)


def measure_keras(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """Train Tiny VGG, against Keras 3 in both of its precisions."""
    result = BenchmarkResult("keras", "Tiny VGG, batch 32", RATE, "≥ 1.3 ×")
    if find_spec("keras") is None:
        yield replace(result, conditions="keras is not installed")
        return
    workload, data = session.create_workload(TINY, ENDLESS)
    baselines = {
        "Keras, float32": ("keras-float32", workload),
        "Keras, mixed_bfloat16": ("keras-bfloat16", workload),
    }
    yield from _compare(session, [(result, ("training", workload))], baselines, data)


def measure_history(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """Train with the history of the training samples, against the same training without."""
    for label, recipe in (("Tiny VGG, batch 32", TINY), ("Simple VGG, batch 64", SIMPLE)):
        workload, data = session.create_workload(recipe, ENDLESS)
        without = replace(workload, settings={**workload.settings, "engine.history": False})
        result = BenchmarkResult("history", f"{label}, with history", RATE, "≥ 0.99 ×")
        ours = [(result, ("training", workload))]
        yield from _compare(session, ours, {"without history": ("training", without)}, data)


def measure_watched(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """Train in the window, in short segments with and without the Draw page asking for weights."""
    for label, recipe in (("Tiny VGG, batch 32", TINY), ("Simple VGG, batch 64", SIMPLE)):
        workload, data = session.create_workload(recipe, ENDLESS)
        conditions, measurements = session.measure(
            {OURS: partial(WorkerProcess, WINDOW_WORKERS, "watched", workload)}
        )
        rates = {
            key: [rate for one in measurements[OURS] for rate in one[key]]
            for key in ("watched", "alone")
        }
        snapshots = sum(one["snapshots"] for one in measurements[OURS])
        segments = count(len(rates["watched"]), "pair")
        described = (
            f"{describe_conditions(conditions, data)}; {segments} of segments of "
            f"{conditions[OURS]['steps']} steps of one training, {count(snapshots, 'snapshot')}, "
            f"one every {duration(conditions[OURS]['interval_s'])}; 95 % interval of the median"
        )
        result = BenchmarkResult(
            "watched",
            f"{label}, shown while it learns",
            RATE,
            "≥ 0.98 ×",
            conditions=described,
        )
        yield result.with_paired_segments(rates["watched"], rates["alone"], "not shown")
        time = replace(
            result, label=f"{label}, processor time to show it", unit="% of a core", goal="≤ 2 %"
        )
        yield time.with_values([one["percent"] for one in measurements[OURS]])


def measure_kept_epochs(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """Run short epochs that keep their weights, against epochs that do not."""
    settings = {"optim.epochs": _EPOCHS, "data.subset": _KEPT_SAMPLES}
    workload, data = session.create_workload(TINY, settings)
    keeping = replace(workload, settings={**workload.settings, "engine.keep_weights": "every"})
    without = "without keeping them"
    workers = {OURS: _worker("complete-run", keeping), without: _worker("complete-run", workload)}
    conditions, measurements = session.measure(workers)
    result = BenchmarkResult(
        "keep-weights",
        f"Tiny VGG, {_EPOCHS} epochs of {_KEPT_SAMPLES:,} samples, all kept",
        "s",
        "",
        conditions=describe_conditions(conditions, data),
    )
    seconds = values_by_worker(measurements, "seconds")
    yield result.with_baseline(seconds[OURS], seconds[without], without, lower_is_better=True)


def measure_recipe(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """Run the complete recipe of Tiny VGG, against as many epochs of the plain loop.

    The plain loop runs for one epoch, and its time is multiplied.
    """
    workload, data = session.create_workload(TINY, {"optim.epochs": _EPOCHS})
    workers = {OURS: _worker("complete-run", workload), PLAIN: _worker("plain-epochs", workload)}
    conditions, measurements = session.measure(workers)
    described = (
        f"{describe_conditions(conditions, data)}; 1 epoch of the plain loop, times {_EPOCHS}"
    )
    result = BenchmarkResult(
        "tiny-vgg-recipe",
        f"Tiny VGG, {_EPOCHS} epochs",
        "s",
        "≥ 20 ×, ≤ 6 s on an H200",
        conditions=described,
    )
    seconds = values_by_worker(measurements, "seconds")
    baseline = [_EPOCHS * epoch_s for epoch_s in seconds[PLAIN]]
    yield result.with_baseline(seconds[OURS], baseline, PLAIN, lower_is_better=True)


def _compare(
    session: BenchmarkSession,
    ours: Sequence[tuple[BenchmarkResult, Entry]],
    baselines: Mapping[str, Entry],
    data: str,
) -> Iterator[BenchmarkResult]:
    """Measure all entries in rounds, and compare each of ours with each baseline."""
    entries = {result.label: entry for result, entry in ours} | dict(baselines)
    conditions, measurements = session.measure(
        {name: _worker(*entry) for name, entry in entries.items()}
    )
    rates = values_by_worker(measurements, "images_per_second")
    for result, _ in ours:
        for baseline in baselines:
            both = {OURS: conditions[result.label], baseline: conditions[baseline]}
            described = replace(result, conditions=describe_conditions(both, data))
            yield described.with_baseline(rates[result.label], rates[baseline], baseline)


def _worker(name: str, workload: Workload) -> partial[WorkerProcess]:
    return partial(WorkerProcess, WORKERS, name, workload)


def describe_conditions(conditions: Mapping[str, Measurement], data: str) -> str:
    """Describe the data, and the device, precision and threads of each worker."""
    workers = [f"{name}: {_describe_engine(values)}" for name, values in conditions.items()]
    return "; ".join([data, *workers])


def _describe_engine(conditions: Measurement) -> str:
    values = [conditions.get(key) for key in ("device_name", "precision", "backend")]
    if threads := conditions.get("threads"):
        values.append(count(threads, "thread"))
    return ", ".join(value for value in values if value)
