"""vgg-studio data export: a dataset as a list of labels."""

from pathlib import Path
from typing import Annotated

import typer

from studio.cli.options import AsJson, DataDir, Settings, data_config, data_folder
from studio.cli.output import out, print_json, progress_bar
from studio.data import DATASETS, find_dataset, load_dataset
from studio.data.datasets import FOLDER
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

    config = data_config(_source(name), settings)
    with progress_bar() as on_progress:
        dataset = load_dataset(config, data_folder(data_dir), on_progress)
    export_labels(dataset, to)
    samples = sum(map(len, dataset.splits.values()))
    if as_json:
        print_json({"path": str(to), "pictures": samples, "classes": list(dataset.class_names)})
    else:
        out.print(f"The labels of {count(samples, 'sample')} are in {to}", markup=False)


def _source(name: str) -> dict[str, str]:
    """Settings of the dataset of that name, or of own images at that path. Raises ConfigError."""
    if name not in DATASETS and Path(name).expanduser().exists():
        return {"data.source": FOLDER, "data.path": name}
    return {"data.source": find_dataset(name).id}
