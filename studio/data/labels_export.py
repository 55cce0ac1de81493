"""Export a dataset as a CSV file with the label and split of each sample."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from studio.data.csv_cells import to_cell
from studio.data.file_names import encode_list
from studio.data.image_dataset import SPLITS, ImageDataset, Split
from studio.errors import StudioError
from studio.files import write_atomic


def export_labels(dataset: ImageDataset, path: Path) -> None:
    """Write `file,label,split` with one row for each sample of a split, in the dataset's order.

    Labels are those after renaming. `file` is the name below the chosen folder: beside the images,
    the file can be imported again and gives the same labels and splits. Without file names the
    first column is `index`, counted from 0. Names that a spreadsheet would take for formulas get an
    apostrophe, which the import removes. Raises StudioError for a suffix other than .csv or a path
    that cannot be written.
    """
    if path.suffix.lower() != ".csv":
        raise StudioError(f"“{path.name}” does not end in .csv.", "A label list is a CSV file.")
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("file" if dataset.files else "index", "label", "split"))
    table.writerows(_rows(dataset))
    content = encode_list(text.getvalue())
    try:
        write_atomic(path, lambda partial: partial.write_bytes(content))
    except OSError as error:
        message = f"“{path}” cannot be written: {error.strerror or error}."
        raise StudioError(message, "Choose another folder.") from None


def _rows(dataset: ImageDataset) -> Iterator[tuple[str | int, str, Split]]:
    split_of = {int(index): split for split in SPLITS for index in dataset.splits[split]}
    for index in sorted(split_of):
        name = to_cell(dataset.file_on_disk(index)) if dataset.files else index
        label = dataset.class_names[dataset.labels[index]]
        yield name, to_cell(label), split_of[index]
