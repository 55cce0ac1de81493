"""vgg-studio data ..."""

from typing import Annotated

import typer

from studio.cli.check import check
from studio.cli.download import fetch
from studio.cli.listing import export
from studio.cli.options import AsJson, DataDir, data_folder
from studio.cli.output import out, print_json, print_table
from studio.data import SOURCES, find_source, is_available

data = typer.Typer(help="List, download, check and export data sets.", no_args_is_help=True)
data.command("check")(check)
data.command("export")(export)


@data.command("list")
def list_sets(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List the data sets and whether they are there."""
    folder = data_folder(data_dir)
    rows = [
        {
            "id": source.id,
            "title": source.title,
            "available": is_available(source.id, folder),
            "images": source.count,
            "classes": len(source.class_names),
            "image_size": source.image_size,
            "download_mb": source.download_mb,
        }
        for source in SOURCES.values()
    ]
    if as_json:
        print_json({"data_dir": str(folder), "sets": rows})
        return
    print_table(
        ["set", "#images", "#classes", "#pixels", "where"],
        [
            (row["id"], f"{row['images']:,}", row["classes"], row["image_size"], _where(row))
            for row in rows
        ],
    )


@data.command("download")
def download_set(
    name: Annotated[str, typer.Argument(help="A set of `vgg-studio data list`.")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Download a data set."""
    folder = data_folder(data_dir)
    source = find_source(name)
    fetch(name, folder)
    if as_json:
        print_json({"id": name, "available": is_available(name, folder), "data_dir": str(folder)})
    else:
        out.print(f"{source.title} is in {source.raw_dir(folder)}", markup=False)


def _where(row: dict[str, object]) -> str:
    if row["available"]:
        return "there"
    return f"not there: {row['download_mb']} MB with vgg-studio data download {row['id']}"
