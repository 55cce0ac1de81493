"""vgg-studio data check: issues of own images before a training."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studio.cli.options import AsJson, Settings, data_config
from studio.cli.output import (
    err,
    out,
    print_error,
    print_json,
    print_table,
    printable,
    progress_bar,
)
from studio.data.datasets import FOLDER
from studio.data.file_names import name_on_disk
from studio.errors import LayoutError
from studio.formatting import count

if TYPE_CHECKING:
    from studio.config import DataConfig
    from studio.data import ImageDataset
    from studio.data.quality.report import Issue, QualityReport

_MAX_FILES = 5  # listed for each issue; --json has them all
_LAYOUT = """\
One folder of images for each class:          Or these, by split:       Or a list of labels:
  images/                                       images/                   images/
    cats/                                         train/                    labels.csv  file,label
      tom.jpg                                       cats/ …                             tom.jpg,cat
      ….jpg                                         dogs/ …                             rex.jpg,dog
    dogs/                                         test/                     tom.jpg
      rex.jpg                                       cats/ …                 rex.jpg
      ….jpg                                         dogs/ …
A .zip or .tar.gz of such a folder works too."""


def check(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER",
            help="Folder of class folders, an archive of one, or a CSV file of labels.",
            show_default=False,
        ),
    ],
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """Check your own images for issues. Exit 1 if no training can start."""
    config = data_config({"data.source": FOLDER, "data.path": str(folder)}, settings)
    try:
        dataset, report = _check(config)
    except LayoutError as error:
        print_error(error)
        _print_layouts(error)
        raise typer.Exit(1) from None
    ok = all(issue.severity != "stop" for issue in report.issues)
    if as_json:
        print_json({"path": config.path, "ok": ok, **_describe(dataset, report)})
    else:
        _print(dataset, report, ok)
    if not ok:
        raise typer.Exit(1)


def _check(config: "DataConfig") -> "tuple[ImageDataset, QualityReport]":
    from studio.data.image_folder.importing import import_images
    from studio.data.loading import dataset_from_table
    from studio.data.quality import check_images

    with progress_bar() as on_progress:
        table = import_images(config, on_progress)
        dataset = dataset_from_table(table, config)
        return dataset, check_images(table, dataset, on_progress)


def _print_layouts(error: LayoutError) -> None:
    """Print what was found, and the layouts that can be read."""
    for line in error.found:
        err.print(f"  {printable(line)}", markup=False)
    err.print(f"\n{_LAYOUT}", markup=False)


def _describe(dataset: "ImageDataset", report: "QualityReport") -> dict[str, Any]:
    return {
        "pictures": len(dataset.labels),
        "asks_first": _asks_first(dataset),
        "image_size": dataset.image_size,
        "channels": dataset.channels,
        "classes": [vars(row) for row in report.classes],
        "findings": [
            {
                "kind": issue.code,
                "severity": issue.severity,
                "title": issue.title,
                "advice": issue.advice,
                "count": len(issue.samples) + len(issue.files),
                "files": [
                    row | {"file": name_on_disk(dataset.source, row["file"])}
                    for row in _files(issue, dataset)
                ],
            }
            for issue in report.issues
        ],
    }


def _asks_first(dataset: "ImageDataset") -> bool:
    """Whether a training asks before it leaves out the files that cannot be read."""
    from studio.data.quality.unreadable import describe_many_unreadable

    return bool(describe_many_unreadable(dataset.unreadable_count, len(dataset.labels)))


def _files(issue: "Issue", dataset: "ImageDataset") -> list[dict[str, str]]:
    strays = [{"file": stray.file, "reason": stray.reason} for stray in issue.files]
    return [*strays, *({"file": dataset.files[row]} for row in issue.samples)]


def _print(dataset: "ImageDataset", report: "QualityReport", ok: bool) -> None:
    print_table(
        ["class", "#images", "#train", "#validation", "#test"],
        [
            (row.name, *map(count, (row.count, row.train, row.val, row.test)))
            for row in report.classes
        ],
    )
    for issue in report.issues:
        out.print(f"\n{issue.severity}: {printable(issue.title)}", markup=False)
        out.print(f"  {printable(issue.advice)}", markup=False)
        files = _files(issue, dataset)
        for file in files[:_MAX_FILES]:
            reason = f" ({file['reason']})" if "reason" in file else ""
            out.print(f"    {printable(file['file'] + reason)}", markup=False)
        if len(files) > _MAX_FILES:
            out.print(f"    and {len(files) - _MAX_FILES:,} more")
    size = dataset.image_size
    verdict = "Training can start" if ok else "Training cannot start yet"
    if ok and _asks_first(dataset):
        verdict = "Training asks first, or needs --allow-unreadable"
    out.print(f"\n{verdict}: {count(len(dataset.labels), 'image')} of {size} × {size} pixels")
