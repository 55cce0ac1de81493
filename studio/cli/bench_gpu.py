"""vgg-studio bench gpu: all checks and benchmarks of a GPU in one run."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from studio.bench.gpu.plan import GpuBenchmark, plan_limits, select_gpu_benchmarks
from studio.bench.gpu.results import GpuBenchmarkResult, GpuResults
from studio.bench.gpu.runner import GpuRunner, probe
from studio.bench.machine import describe_machine, format_machine
from studio.cli.bench import FAILED_EXIT, STOPPED_EXIT, Device
from studio.cli.options import AsJson, DataDir, data_folder
from studio.cli.output import err, out, print_json, print_table
from studio.errors import StudioError

RESULTS, LOG = "gpu.json", "gpu.log"
_MARKS = {True: "met", False: "MISSED", None: ""}
_MAX_CHARACTERS = 160


def bench_gpu(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PART…]", help="Benchmarks of --plan; all by default.", show_default=False
        ),
    ] = None,
    minutes: Annotated[float, typer.Option(min=0.1, help="Time limit of the run.")] = 10.0,
    out_dir: Annotated[Path, typer.Option("--out", help=f"Folder of {RESULTS} and {LOG}.")] = Path(
        "vgg-studio-gpu"
    ),
    device: Annotated[
        Device, typer.Option(help="cpu runs every benchmark in tiny sizes, as a rehearsal.")
    ] = Device.CUDA,
    plan: Annotated[bool, typer.Option("--plan", help="Print the plan and exit.")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Check and measure training on a CUDA device. Ctrl-C stops and keeps the results so far.

    Each benchmark runs in its own process, and its results are written at once. The data folder
    must contain MNIST, Fashion-MNIST and CIFAR-10, the last also as cifar10_images.tar.gz. Exits
    with 1 if a check or a benchmark failed; missed goals are marked.
    """
    started, benchmarks = time.time(), select_gpu_benchmarks(names or [])
    out_dir.mkdir(parents=True, exist_ok=True)
    log = (out_dir / LOG).absolute()
    rehearsal = device is Device.CPU
    found = {"available": True, "reason": ""} if rehearsal else probe(log)
    if plan or not found["available"]:
        _print_plan(benchmarks, 60 * minutes, found, as_json)
        return
    run_facts = _describe_run(minutes, device, found)
    results = GpuResults((out_dir / RESULTS).absolute(), benchmarks, run_facts)
    runner = GpuRunner(
        results,
        "cpu" if rehearsal else "cuda",
        data_folder(data_dir).absolute(),
        log,
        started + 60 * minutes,
        rehearsal,
        _print_end,
    )
    stopped = _run(runner, benchmarks)
    results.finish("stopped" if stopped else "failed" if results.failed else "done")
    _report(results, out_dir, as_json)
    if stopped or results.failed:
        raise typer.Exit(STOPPED_EXIT if stopped else FAILED_EXIT)


def _run(runner: GpuRunner, benchmarks: list[GpuBenchmark]) -> bool:
    """Run the benchmarks; whether Ctrl-C stopped them."""
    try:
        runner.run_all(benchmarks)
    except KeyboardInterrupt:
        return True
    except OSError as error:
        message = f"The results could not be written: {error}."
        raise StudioError(
            message, "Free disk space, or choose another folder with --out."
        ) from error
    return False


def _describe_run(minutes: float, device: Device, found: dict[str, Any]) -> dict[str, Any]:
    return {
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "minutes": minutes,
        "rehearsal": device is Device.CPU,
        "cuda": found,
        "machine": describe_machine(),
    }


def _print_plan(
    benchmarks: list[GpuBenchmark], seconds: float, found: dict[str, Any], as_json: bool
) -> None:
    limits = plan_limits(benchmarks, seconds)
    if as_json:
        parts = [{"part": one.name, "title": one.title, "limit_s": round(limits[one.name])}
                 for one in benchmarks]  # fmt: skip
        print_json({"status": "planned", "cuda": found, "parts": parts})
        return
    if not found["available"]:
        out.print(f"No CUDA device was found: {found['reason']}.", markup=False)
    out.print("Plan:")
    rows = [
        (one.name, one.title, f"{limits[one.name]:.0f} s", "must pass" if one.must_pass else "")
        for one in benchmarks
    ]
    print_table(("Name", "Benchmark", "#At most", ""), rows)
    out.print(f"At most {seconds / 60:g} minutes; unused time goes to the benchmarks that "
              "follow. Rehearse with --device cpu.", markup=False)  # fmt: skip


def _print_end(result: GpuBenchmarkResult) -> None:
    """Print one line on stderr when a benchmark ends."""
    reason = f": {result.reason}" if result.reason else ""
    err.print(f"{result.name}: {result.status}, {result.seconds:.1f} s{reason}", markup=False)
    for figure in result.figures:
        mark = _MARKS[figure["met"]]
        err.print(f"    {figure['what']}: {figure['figure']} {mark}".rstrip(), markup=False)


def _report(results: GpuResults, out_dir: Path, as_json: bool) -> None:
    if as_json:
        print_json(results.to_dict())
        return
    columns = "Name", "Benchmark", "Figure", "Goal", ""
    print_table(columns, [row for result in results.benchmarks.values() for row in _rows(result)])
    out.print()
    if results.to_dict()["rehearsal"]:
        out.print("A rehearsal in tiny sizes: its results are not meaningful.")
    for line in format_machine(describe_machine()):
        out.print(line, markup=False)
    out.print(
        f"Written to {out_dir / RESULTS}; the output of the benchmarks is in {LOG}.", markup=False
    )


def _rows(result: GpuBenchmarkResult) -> list[tuple[str, ...]]:
    status = f"{result.status}, {result.seconds:.0f} s"
    words = f"{status}: {result.reason}" if result.reason else status
    mark = "FAILED" if result.failed else ""
    figures = [
        ("", figure["what"], _short(figure["figure"]), figure["goal"], _MARKS[figure["met"]])
        for figure in result.figures
    ]
    return [(result.name, result.title, _short(words), "", mark), *figures]


def _short(text: str) -> str:
    """Shorten a text; the results file has all of it."""
    return text if len(text) <= _MAX_CHARACTERS else f"{text[:_MAX_CHARACTERS]}…"


class BenchCommand(TyperCommand):
    """The command `bench`; with the first argument `gpu` it runs `bench_gpu` instead."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any
    ) -> Any:  # Any: some versions of typer bring their own click
        if args[:1] == ["gpu"]:
            return _gpu_command().make_context(f"{info_name} gpu", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


def _gpu_command() -> Any:
    app = typer.Typer(
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.command()(bench_gpu)
    return typer.main.get_command(app)
