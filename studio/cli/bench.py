"""vgg-studio bench: the speed of the program on this machine."""

import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from studio.bench.benchmarks import BENCHMARKS, run_benchmarks, select_benchmarks
from studio.bench.machine import describe_machine, format_machine
from studio.bench.results import BenchmarkResult
from studio.bench.session import BenchmarkSession
from studio.bench.worker_process import kill_worker_processes
from studio.callbacks import OnProgress
from studio.cli.options import AsJson, DataDir, data_folder
from studio.cli.output import out, print_json, print_table, progress_bar

FAILED_EXIT, STOPPED_EXIT = 1, 130
COLUMNS = (
    "Benchmark",
    "#Value",
    "Unit",
    "Baseline",
    "#Baseline value",
    "#Ratio",
    "#Spread",
    "Goal",
)


class Device(StrEnum):
    """Where training is measured."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"


def bench(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PART…]", help="See --list.", show_default=False),
    ] = None,
    device: Annotated[Device, typer.Option(help="Device of the trainings.")] = Device.AUTO,
    repeats: Annotated[int, typer.Option(min=1, help="Number of measurements of each.")] = 5,
    seconds: Annotated[
        float, typer.Option(min=0, help="Seconds of training in each measurement.")
    ] = 2.0,
    listed: Annotated[bool, typer.Option("--list", help="List the benchmarks and exit.")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Measure the speed and compare it with the plain loop of a tutorial. Ctrl-C stops.

    Ratios are medians over pairs of consecutive measurements; the spread is their minimum and
    maximum, or the 95 % interval of a proportion or of a median of many pairs. Run nothing else
    meanwhile. For GPUs: vgg-studio bench gpu.
    """
    if listed:
        _list(as_json)
        return
    benchmarks = select_benchmarks(names or [])
    results: list[BenchmarkResult] = []
    stopped = False
    with tempfile.TemporaryDirectory(prefix="vgg-studio-bench-") as scratch:
        try:
            with progress_bar() as bar, interruptible(bar) as on_progress:
                folders = data_folder(data_dir), Path(scratch)
                session = BenchmarkSession(*folders, device.value, repeats, seconds, on_progress)
                results.extend(run_benchmarks(benchmarks, session))
        except KeyboardInterrupt:
            kill_worker_processes()  # before the folder that they write to is removed
            stopped = True
    _report(results, repeats, stopped, as_json)
    if stopped:
        raise typer.Exit(STOPPED_EXIT)
    if any(result.failure for result in results):
        raise typer.Exit(FAILED_EXIT)


@contextmanager
def interruptible(on_progress: OnProgress) -> Iterator[OnProgress]:
    """Raise KeyboardInterrupt at Ctrl-C, or at the next progress report if it got lost.

    Python drops an exception that a signal handler raises inside a destructor.
    """
    is_interrupted = False

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        nonlocal is_interrupted
        is_interrupted = True
        raise KeyboardInterrupt

    def report_or_raise(fraction: float, message: str) -> None:
        if is_interrupted:
            raise KeyboardInterrupt
        on_progress(fraction, message)

    previous = signal.signal(signal.SIGINT, on_signal)
    try:
        yield report_or_raise
    finally:
        signal.signal(signal.SIGINT, previous)


def _list(as_json: bool) -> None:
    if as_json:
        print_json({"parts": {name: one.summary for name, one in BENCHMARKS.items()}})
        return
    rows = [
        (benchmark.name, benchmark.summary, "" if benchmark.by_default else "only if named")
        for benchmark in BENCHMARKS.values()
    ]
    print_table(("Name", "What it measures", ""), rows)


def _report(results: list[BenchmarkResult], repeats: int, stopped: bool, as_json: bool) -> None:
    machine = describe_machine()
    if as_json:
        failed = any(result.failure for result in results)
        status = "stopped" if stopped else "failed" if failed else "done"
        rows = [result.to_dict() for result in results]
        print_json({"status": status, "machine": machine, "repeats": repeats, "rows": rows})
        return
    print_table(COLUMNS, map(_format_row, results))
    out.print()
    for line in format_machine(machine):
        out.print(line, markup=False)
    measured = [(one.benchmark, one.conditions) for one in results if one.value is not None]
    for benchmark, conditions in dict.fromkeys(measured):
        out.print(f"{benchmark}: {conditions}", markup=False)


def _format_row(result: BenchmarkResult) -> tuple[str, ...]:
    if result.value is None:
        reason = result.failure or result.conditions
        return f"{result.label}: {reason}", *[""] * (len(COLUMNS) - 1)
    value = result.label, format_value(result.value), result.unit
    if result.ratio is None:
        spread = f"{format_value(result.low)} – {format_value(result.high)}"
        return *value, "", "", "", spread, result.goal
    spread = f"{format_ratio(result.ratio_low)} – {format_ratio(result.ratio_high)}"
    ratio = f"{format_ratio(result.ratio)} ×"
    return *value, result.baseline, format_value(result.baseline_value), ratio, spread, result.goal


def format_value(value: float | None) -> str:
    """Format a value in three significant figures."""
    if value is None:
        return ""
    size = abs(value)
    return f"{value:,.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"


def format_ratio(ratio: float | None) -> str:
    """Format a ratio with two decimals, or with one if it is large."""
    if ratio is None:
        return ""
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.1f}"
