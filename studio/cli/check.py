"""vgg-studio data check: what is worth knowing of own pictures before training."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studio.cli.options import AsJson, Settings, data_config
from studio.cli.output import (
    err,
    out,
    print_json,
    print_table,
    printable,
    progress_bar,
    report_failure,
)
from studio.data.datasets import FOLDER
from studio.errors import LayoutError

if TYPE_CHECKING:
    from studio.config import DataConfig
    from studio.data import ImageDataset
    from studio.data.quality.report import Issue, QualityReport

_NAMED = 5  # files of a finding; --json has them all
_LAYOUT = """\
Each class has a folder with its pictures:    Or these, in parts:       Or a list of labels:
  pictures/                                     pictures/                 pictures/
    cats/                                         train/                    labels.csv  file,label
      tom.jpg                                       cats/ …                             tom.jpg,cat
      ….jpg                                         dogs/ …                             rex.jpg,dog
    dogs/                                         test/                     tom.jpg
      rex.jpg                                       cats/ …                 rex.jpg
      ….jpg                                         dogs/ …
A .zip or .tar.gz of such a folder will do too."""


def check(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER",
            help="A folder of class folders, an archive of one, or a CSV of labels.",
            show_default=False,
        ),
    ],
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """Look through own pictures and say what will surprise. Exit 1 if training cannot start."""
    config = data_config({"data.source": FOLDER, "data.path": str(folder)}, settings)
    try:
        image_set, report = _look(config)
    except LayoutError as error:
        report_failure(error)
        _explain(error)
        raise typer.Exit(1) from None
    ok = all(finding.severity != "stop" for finding in report.issues)
    if as_json:
        print_json({"path": config.path, "ok": ok, **_describe(image_set, report)})
    else:
        _print(image_set, report, ok)
    if not ok:
        raise typer.Exit(1)


def _look(config: "DataConfig") -> "tuple[ImageDataset, QualityReport]":
    from studio.data.image_folder.importing import import_images
    from studio.data.loading import dataset_from_table
    from studio.data.quality import check_images

    with progress_bar() as tell:
        table = import_images(config, tell, lambda: False)
        image_set = dataset_from_table(table, config)
        return image_set, check_images(table, image_set, tell)


def _explain(error: LayoutError) -> None:
    """What was there, and how it should lie."""
    for line in error.found:
        err.print(f"  {printable(line)}", markup=False)
    err.print(f"\n{_LAYOUT}", markup=False)


def _describe(image_set: "ImageDataset", report: "QualityReport") -> dict[str, Any]:
    return {
        "pictures": len(image_set.labels),
        "image_size": image_set.image_size,
        "channels": image_set.channels,
        "classes": [vars(row) for row in report.classes],
        "findings": [
            {
                "kind": finding.code,
                "severity": finding.severity,
                "title": finding.title,
                "advice": finding.advice,
                "count": len(finding.samples) + len(finding.files),
                "files": _files(finding, image_set),
            }
            for finding in report.issues
        ],
    }


def _files(finding: "Issue", image_set: "ImageDataset") -> list[dict[str, str]]:
    strays = [{"file": stray.file, "reason": stray.reason} for stray in finding.files]
    return [*strays, *({"file": image_set.files[row]} for row in finding.samples)]


def _print(image_set: "ImageDataset", report: "QualityReport", ok: bool) -> None:
    print_table(
        ["class", "#pictures", "#training", "#validation", "#test"],
        [
            (row.name, *(f"{n:,}" for n in (row.count, row.train, row.val, row.test)))
            for row in report.classes
        ],
    )
    for finding in report.issues:
        out.print(f"\n{finding.severity}: {printable(finding.title)}", markup=False)
        out.print(f"  {printable(finding.advice)}", markup=False)
        files = _files(finding, image_set)
        for file in files[:_NAMED]:
            reason = f" ({file['reason']})" if "reason" in file else ""
            out.print(f"    {printable(file['file'] + reason)}", markup=False)
        if len(files) > _NAMED:
            out.print(f"    and {len(files) - _NAMED:,} more")
    size = image_set.image_size
    verdict = "Training can start" if ok else "Training cannot start yet"
    out.print(f"\n{verdict}: {len(image_set.labels):,} pictures of {size} × {size} pixels")
