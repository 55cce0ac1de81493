"""vgg-studio data ..."""

from pathlib import Path
from typing import Annotated

import typer

from studio.cli.data_check import check
from studio.cli.data_export import export
from studio.cli.data_fixes import fixes
from studio.cli.data_preparation import fetch_dataset, fetch_weights
from studio.cli.options import AsJson, DataDir, data_folder
from studio.cli.output import out, print_json, print_table
from studio.data import DATASETS, find_dataset, is_available
from studio.data.datasets import HANDWRITING, count_drawings
from studio.models.imagenet import IMAGENET_FILES, find_imagenet, imagenet_title

# Weights are named after their dataset and network, as in imagenet-vgg16.
_WEIGHTS = "imagenet-"

data = typer.Typer(help="List, download, check, fix and export datasets.", no_args_is_help=True)
data.command("check")(check)
data.command("export")(export)
data.command("fixes")(fixes)


@data.command("list")
def list_datasets(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List the datasets and pretrained weights, and which of them are downloaded."""
    folder = data_folder(data_dir)
    rows = [
        {
            "id": source.id,
            "title": source.title,
            "available": is_available(source.id, folder),
            "images": count_drawings(source.raw_dir(folder))
            if source.is_handwriting
            else source.count,
            "classes": len(source.class_names),
            "image_size": source.image_size,
            "download_mb": source.download_mb,
        }
        for source in DATASETS.values()
    ]
    weights = _list_weights(folder)
    if as_json:
        print_json({"data_dir": str(folder), "sets": rows, "weights": weights})
        return
    print_table(
        ["dataset", "#images", "#classes", "#pixels", "state"],
        [
            (row["id"], f"{row['images']:,}", row["classes"], row["image_size"], _state(row))
            for row in rows
        ],
    )
    out.print()
    print_table(["weights", "state"], [(row["id"], _state(row)) for row in weights])


@data.command("download")
def download(
    name: Annotated[str, typer.Argument(help="Dataset or weights of `vgg-studio data list`.")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Download a dataset or pretrained weights."""
    folder = data_folder(data_dir)
    if (variant := name.removeprefix(_WEIGHTS)) in IMAGENET_FILES and variant != name:
        path = fetch_weights(variant, folder)
        if as_json:
            print_json({"id": name, "available": True, "path": str(path)})
        else:
            out.print(f"The {imagenet_title(variant)} are in {path}", markup=False)
        return
    source = find_dataset(name)
    fetch_dataset(name, folder)
    if as_json:
        print_json({"id": name, "available": is_available(name, folder), "data_dir": str(folder)})
    else:
        out.print(f"{source.title} is in {source.raw_dir(folder)}", markup=False)


def _list_weights(folder: Path) -> list[dict[str, object]]:
    return [
        {
            "id": f"{_WEIGHTS}{variant}",
            "title": imagenet_title(variant),
            "available": find_imagenet(variant, folder) is not None,
            "download_mb": megabytes,
        }
        for variant, (_, megabytes) in IMAGENET_FILES.items()
    ]


def _state(row: dict[str, object]) -> str:
    if row["available"]:
        return "available"
    if row["id"] == HANDWRITING:
        return "draw some on the Draw page"
    return f"{row['download_mb']} MB: vgg-studio data download {row['id']}"
