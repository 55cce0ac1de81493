"""vgg-studio label-issues: samples whose label is probably wrong."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from studio.cli.interrupt import Interrupt
from studio.cli.options import AsJson, DataDir, RunName, RunsDir, data_folder, find_model
from studio.cli.output import out, print_json, print_table, progress_bar
from studio.data import Split
from studio.data.datasets import FOLDER
from studio.data.file_names import name_on_disk
from studio.errors import Stopped
from studio.formatting import count, duration
from studio.insight.label_issues import LabelIssueReport
from studio.runs import Run

_MAX_ROWS = 50


def label_issues(
    run: RunName,
    split: Annotated[
        Split,
        typer.Option(
            "--split", help="Samples to examine; “train” includes the validation samples."
        ),
    ] = "train",
    data_dir: DataDir = None,
    runs_dir: RunsDir = None,
    as_json: AsJson = False,
) -> None:
    """List samples whose label is probably wrong, the most doubtful first.

    For training samples two more models are trained, each on one half, to predict the other half.
    """
    from studio.insight.label_issues import find_label_issues

    model, began = find_model(run, runs_dir), time.perf_counter()
    try:
        with Interrupt("Stopping") as interrupt, progress_bar() as on_progress:
            report = find_label_issues(
                model, split, data_folder(data_dir), on_progress, interrupt.is_requested
            )
    except Stopped:
        raise typer.Exit(interrupt.exit_code) from None
    seconds = time.perf_counter() - began
    if as_json:
        name = model if isinstance(model, str) else model.name
        values = asdict(report)
        source = _find_image_folder(model)
        for issue in values["issues"]:
            issue["file"] = name_on_disk(source, issue["file"])
        print_json({"run": name, "seconds": seconds, **values})
        return
    _print_report(report, seconds)


def _find_image_folder(model: str | Path) -> Path | None:
    """The folder, archive or CSV list of the images of a run; None for a known dataset."""
    config = Run(model).config.data if isinstance(model, Path) else None
    return Path(config.path) if config and config.source == FOLDER and config.path else None


def _print_report(report: LabelIssueReport, seconds: float) -> None:
    issues = report.issues
    out.print(
        f"{count(len(issues), 'doubtful label')} among {count(report.samples, 'sample')}; about "
        f"{count(report.estimated)} of them contradict a confident prediction "
        f"({duration(seconds)})"
    )
    if report.unjudged:
        out.print(f"{count(report.unjudged, 'sample')} are the only ones of their class")
    print_table(
        ["sample", "label", "suggested", "#score", "reason"],
        [
            (
                issue.file or issue.sample,
                issue.label,
                issue.suggested,
                f"{issue.score:.4f}",
                issue.reason,
            )
            for issue in issues[:_MAX_ROWS]
        ],
    )
    if len(issues) > _MAX_ROWS:
        out.print(f"… and {len(issues) - _MAX_ROWS:,} more: --json lists all")
