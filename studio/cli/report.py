"""vgg-studio report: everything about a run as one HTML page."""

from pathlib import Path
from typing import Annotated

import typer

from studio.cli.options import AsJson, DataDir, RunName, RunsDir, data_folder, find_model
from studio.cli.output import out, print_json, progress_bar
from studio.data import Split
from studio.formatting import byte_size


def report(
    run: RunName,
    to: Annotated[
        Path, typer.Option("--out", metavar="FILE.html", help="File to write the page to.")
    ],
    split: Annotated[
        Split, typer.Option("--split", help="Split of the dataset to report on.")
    ] = "test",
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="RUN",
            help="Run to compare with; by default the one that this run follows.",
            show_default=False,
        ),
    ] = None,
    data_dir: DataDir = None,
    runs_dir: RunsDir = None,
    as_json: AsJson = False,
) -> None:
    """Write a report of a run: one HTML page that needs no network."""
    from studio.export.report.writer import write_report

    model = find_model(run, runs_dir)
    other = find_model(against, runs_dir) if against else None
    with progress_bar() as on_progress:
        contents = write_report(model, to, split, data_folder(data_dir), other, on_progress)
    size = to.stat().st_size
    if as_json:
        accuracy = contents.overview.accuracy
        print_json(
            {
                "run": contents.evaluation.run,
                "split": split,
                "file": str(to),
                "bytes": size,
                "accuracy": accuracy.value,
                "interval": list(accuracy.interval),
                "samples": accuracy.total,
                "mistakes": contents.overview.mistakes,
            }
        )
        return
    out.print(f"Written to {to} ({byte_size(size)})", markup=False)
