"""vgg-studio data export: a set as a list of labels."""

from pathlib import Path
from typing import Annotated

import typer

from studio.cli.options import AsJson, DataDir, Settings, data_config, data_folder
from studio.cli.output import out, print_json, progress_bar
from studio.data import DATASETS, find_dataset, load_dataset
from studio.data.datasets import FOLDER


def export(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME|FOLDER",
            help="A set of `vgg-studio data list`, or own pictures.",
            show_default=False,
        ),
    ],
    to: Annotated[
        Path, typer.Option("--out", metavar="FILE.csv", help="Where to.", show_default=False)
    ],
    settings: Settings = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Write a set as CSV: file (or index), label, split.

    Put beside own pictures, the file can be opened in their stead, with labels changed as you like.
    """
    from studio.data.labels_export import export_labels

    config = data_config(_source(name), settings)
    with progress_bar() as tell:
        image_set = load_dataset(config, data_folder(data_dir), tell)
    export_labels(image_set, to)
    count = sum(len(rows) for rows in image_set.splits.values())
    if as_json:
        print_json({"path": str(to), "pictures": count, "classes": list(image_set.class_names)})
    else:
        out.print(f"{count:,} pictures are listed in {to}", markup=False)


def _source(name: str) -> dict[str, str]:
    """Settings for a set of that name, else for own pictures there. Raises ConfigError."""
    if name not in DATASETS and Path(name).expanduser().exists():
        return {"data.source": FOLDER, "data.path": name}
    return {"data.source": find_dataset(name).id}
