"""vgg-studio bench: the speed of the program on this machine."""

import dataclasses
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
COLUMNS = ("What", "#Ours", "Unit", "Baseline", "#Theirs", "#Ratio", "#Spread", "Goal")


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
    maximum. Run nothing else meanwhile. For GPUs: vgg-studio bench gpu.
    """
    if listed:
        _list(as_json)
        return
    benchmarks = select_benchmarks(names or [])
    rows: list[BenchmarkResult] = []
    stopped = False
    with tempfile.TemporaryDirectory(prefix="vgg-studio-bench-") as scratch:
        try:
            with progress_bar() as bar, interruptible(bar) as on_progress:
                folders = data_folder(data_dir), Path(scratch)
                session = BenchmarkSession(*folders, device.value, repeats, seconds, on_progress)
                rows.extend(run_benchmarks(benchmarks, session))
        except KeyboardInterrupt:
            kill_worker_processes()  # before the folder that they write to is removed
            stopped = True
    _report(rows, repeats, stopped, as_json)
    if stopped:
        raise typer.Exit(STOPPED_EXIT)
    if any(row.failure for row in rows):
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
        print_json({"parts": {part.name: part.summary for part in BENCHMARKS.values()}})
        return
    rows = [
        (part.name, part.summary, "" if part.usual else "only when named")
        for part in BENCHMARKS.values()
    ]
    print_table(("Benchmark", "What it measures", ""), rows)


def _report(rows: list[BenchmarkResult], repeats: int, stopped: bool, as_json: bool) -> None:
    machine = describe_machine()
    if as_json:
        status = "stopped" if stopped else "failed" if any(r.failure for r in rows) else "done"
        values = [dataclasses.asdict(row) for row in rows]
        print_json({"status": status, "machine": machine, "repeats": repeats, "rows": values})
        return
    print_table(COLUMNS, map(_cells, rows))
    out.print()
    for line in format_machine(machine):
        out.print(line, markup=False)
    measured = [(row.part, row.setting) for row in rows if row.ours is not None]
    for part, setting in dict.fromkeys(measured):
        out.print(f"{part}: {setting}", markup=False)


def _cells(row: BenchmarkResult) -> tuple[str, ...]:
    if row.ours is None:
        return f"{row.what}: {row.failure or row.setting}", *[""] * (len(COLUMNS) - 1)
    if row.ratio is None:
        spread = f"{figure(row.low)} – {figure(row.high)}"
        return row.what, figure(row.ours), row.unit, "", "", "", spread, row.goal
    spread = f"{times(row.ratio_low)} – {times(row.ratio_high)}"
    theirs = row.rival, figure(row.theirs), f"{times(row.ratio)} ×", spread
    return row.what, figure(row.ours), row.unit, *theirs, row.goal


def figure(value: float | None) -> str:
    """Format a value in three significant figures."""
    if value is None:
        return ""
    size = abs(value)
    return f"{value:,.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"


def times(ratio: float | None) -> str:
    """Format a ratio with two decimals, or with one if it is large."""
    if ratio is None:
        return ""
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.1f}"
