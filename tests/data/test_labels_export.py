import csv

import numpy as np
import pytest

from studio.data import ImageDataset
from studio.data.csv_cells import from_cell
from studio.data.labels_export import export_labels
from studio.errors import StudioError


def make(files=(), names=("cat", "dog"), labels=(0, 1, 1, 0, 1)):
    splits = {"train": np.array([4, 0]), "val": np.array([1]), "test": np.array([3])}
    pixels = np.zeros((5, 1, 4, 4), np.uint8)
    return ImageDataset("folder", pixels, np.array(labels), names, splits, "picture", files)


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_each_image_of_a_split_is_a_row_in_order(tmp_path):
    files = tuple(f"{k}.png" for k in range(5))
    export_labels(make(files), tmp_path / "set.csv")
    assert read(tmp_path / "set.csv") == [
        ["file", "label", "split"],
        ["0.png", "cat", "train"],
        ["1.png", "dog", "val"],
        ["3.png", "cat", "test"],
        ["4.png", "dog", "train"],
    ]


def test_without_file_names_images_are_numbered(tmp_path):
    export_labels(make(), tmp_path / "set.CSV")
    assert read(tmp_path / "set.CSV")[:2] == [["index", "label", "split"], ["0", "cat", "train"]]


def test_hostile_names_neither_compute_nor_break_the_file(tmp_path):
    files = ("=1+1.png", 'a,"b".png', "@x/y.png", "line\nbreak.png", "'=2.png")
    export_labels(make(files, names=("-1", "=cmd|'/c calc'!A1")), tmp_path / "set.csv")
    rows = read(tmp_path / "set.csv")[1:]
    assert all(cell[0] not in "=+-@" for row in rows for cell in row)
    assert [from_cell(row[0]) for row in rows] == [files[k] for k in (0, 1, 3, 4)]
    assert {from_cell(row[1]) for row in rows} == {"-1", "=cmd|'/c calc'!A1"}


def test_another_suffix_or_an_unwritable_path_is_an_error(tmp_path):
    with pytest.raises(StudioError, match=r"does not end in \.csv"):
        export_labels(make(), tmp_path / "set.txt")
    with pytest.raises(StudioError, match="cannot be written"):
        export_labels(make(), tmp_path / "nowhere" / "set.csv")
