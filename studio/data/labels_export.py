"""The set as a CSV file: which picture has which label and is in which part."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from studio.data.csv_cells import to_cell
from studio.data.image_dataset import ImageDataset, Split
from studio.errors import StudioError
from studio.files import write_atomic

_PARTS: tuple[Split, ...] = ("train", "val", "test")


def export_labels(image_set: ImageDataset, path: Path) -> None:
    """Write `file,label,split` with one row for each picture of a part, in the set's order.

    Labels are those after renaming. `file` is the name below the chosen folder: put beside the
    pictures, the file can be imported again and gives the same labels and parts. Of a set without
    file names the first column is `index`, counted from 0. Names that a spreadsheet would take for
    formulas begin with an apostrophe, which the import takes off. The file appears whole or not at
    all. Raises StudioError for another ending than .csv or a place that cannot be written.
    """
    if path.suffix.lower() != ".csv":
        raise StudioError(f"“{path.name}” does not end in .csv.", "A list of labels is a CSV file.")
    lines = io.StringIO()
    table = csv.writer(lines, lineterminator="\n")
    table.writerow(("file" if image_set.files else "index", "label", "split"))
    table.writerows(_rows(image_set))
    # The mark tells spreadsheets that names are in UTF-8.
    data = lines.getvalue().encode("utf-8-sig")
    try:
        write_atomic(path, lambda partial: partial.write_bytes(data))
    except OSError as error:
        raise StudioError(
            f"“{path}” cannot be written: {error.strerror or error}.", "Choose another place."
        ) from None


def _rows(image_set: ImageDataset) -> Iterator[tuple[str | int, str, Split]]:
    part_of = {int(row): part for part in _PARTS for row in image_set.splits[part]}
    for row in sorted(part_of):
        name = to_cell(image_set.files[row]) if image_set.files else row
        label = image_set.class_names[image_set.labels[row]]
        yield name, to_cell(label), part_of[row]
