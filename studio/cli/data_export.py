"""vgg-studio data export: a dataset as a list of labels."""

from pathlib import Path
from typing import Annotated

import typer

from studio.cli.options import AsJson, DataDir, Settings, data_config, data_folder, dataset_settings
from studio.cli.output import out, print_json, progress_bar
from studio.data import load_dataset
from studio.formatting import count


def export(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME|FOLDER",
            help="Dataset of `vgg-studio data list`, or a folder of your own images.",
            show_default=False,
        ),
    ],
    to: Annotated[
        Path,
        typer.Option("--out", metavar="FILE.csv", help="File to write.", show_default=False),
    ],
    settings: Settings = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Write the labels of a dataset as CSV: file (or index), label, split.

    Placed beside your own images, the file can be edited and opened as a dataset.
    """
    from studio.data.labels_export import export_labels

    config = data_config(dataset_settings(name), settings)
    with progress_bar() as on_progress:
        dataset = load_dataset(config, data_folder(data_dir), on_progress)
    export_labels(dataset, to)
    samples = sum(map(len, dataset.splits.values()))
    if as_json:
        print_json({"path": str(to), "pictures": samples, "classes": list(dataset.class_names)})
    else:
        out.print(f"The labels of {count(samples, 'sample')} are in {to}", markup=False)
