"""A soak of the window: what opening and closing leaves behind, and memory after heavy use."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from studio.bench.results import BenchmarkResult
from studio.bench.session import WINDOW_WORKERS, BenchmarkSession
from studio.bench.worker_process import Measurement, WorkerProcess
from studio.formatting import count

RECIPE = "digits-quickstart"  # its data needs no download
SHORT_TRAINING = {"engine.max_steps": 20}
MAX_KB, MAX_GROWTH = "≤ 32 KB", "≤ 5 %"


def measure_soak(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """Open and close pages, dialogs, views and plots, then use the window heavily.

    Growth of memory is per cycle; several hundred cycles are needed, because the memory of a
    process varies by some megabytes without any leak.
    """
    workload, data = session.create_workload(RECIPE, SHORT_TRAINING)
    conditions, measurements = session.measure(
        {"soak": partial(WorkerProcess, WINDOW_WORKERS, "soak", workload)}
    )
    measured = measurements["soak"]
    yield from soak_results(conditions["soak"], measured, data)


def soak_results(
    conditions: Measurement, measurements: list[Measurement], data: str
) -> Iterator[BenchmarkResult]:
    """Yield a row for each thing opened and closed, and one for the memory after heavy use."""
    repeats = len(measurements)
    described = f"{conditions['platform']} platform, {data}"
    for key, title in conditions["titles"].items():
        growths = [one["growth"][key] for one in measurements]
        cycles = repeats * conditions["cycles"][key]
        row = BenchmarkResult("soak", f"{title}, {count(cycles, 'time')}", "KB", MAX_KB)
        yield row.with_values([growth["kilobytes"] for growth in growths])
    objects = [_most_objects(one) for one in measurements]
    row = BenchmarkResult("soak", "Objects that the worst of them leaves", "", "0")
    yield row.with_values(objects)
    used_mb = [one["used_mb"] for one in measurements]
    uses = [
        count(repeats * conditions[f"{noun}s"], noun) for noun in ("point", "run", "evaluation")
    ]
    row = BenchmarkResult("soak", f"Memory after {', '.join(uses)}", "MB", conditions=described)
    yield replace(row.with_values(used_mb), value=used_mb[-1])
    growth = 100 * (used_mb[-1] / used_mb[(repeats - 1) // 2] - 1)
    row = BenchmarkResult("soak", "Growth of that in the second half", "%", MAX_GROWTH)
    yield row.with_values([growth])


def _most_objects(measurement: Measurement) -> float:
    """Return the most objects of Python or Qt per cycle that something leaves behind."""
    kinds = ("python_objects", "qt_objects")
    return max(float(one[kind]) for one in measurement["growth"].values() for kind in kinds)
