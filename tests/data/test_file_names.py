"""Names that are not UTF-8: shown as Latin-1, and in lists the bytes that lead to the files."""

import csv
import json
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.config import DataConfig
from studio.data import load_dataset
from studio.data.file_names import encode_list, name_on_disk, printable_name
from studio.data.image_dataset import image_path
from studio.data.labels_export import export_labels
from studio.data.overlay import Overlay, export_csv, import_csv
from studio.errors import OverlayError
from tests.data.make_image_folder import make_folder

RAW = b"caf\xe9.png"
SHOWN = "café.png"


def test_names_are_printable():
    assert printable_name(os.fsdecode(RAW)) == SHOWN
    assert printable_name(SHOWN) == SHOWN
    assert printable_name("plain.png") == "plain.png"


@given(st.binary(max_size=12))
def test_a_list_contains_the_bytes_of_a_name(raw):
    name = raw.decode("utf-8", "surrogateescape")
    printable_name(name).encode()
    assert encode_list(name) == b"\xef\xbb\xbf" + raw


def test_names_that_need_no_file_are_unchanged(tmp_path):
    assert name_on_disk(None, SHOWN) == SHOWN
    assert name_on_disk(tmp_path, "plain.png") == "plain.png"
    assert name_on_disk(tmp_path, SHOWN) == SHOWN
    assert name_on_disk(tmp_path, "字.png") == "字.png"
    assert name_on_disk(tmp_path / "images.zip", SHOWN) == SHOWN
    (tmp_path / SHOWN).touch()
    assert name_on_disk(tmp_path, SHOWN) == SHOWN


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder of images with two names that are not UTF-8, and one in a folder of such a name."""
    if sys.platform != "linux":
        pytest.skip("other systems refuse such names")
    folder = make_folder(tmp_path_factory.mktemp("images") / "fruit", count=4)
    (folder / "leaf" / "000.png").rename(os.fsdecode(os.fsencode(folder / "leaf") + b"/" + RAW))
    inner = Path(os.fsdecode(os.fsencode(folder / "sky") + b"/\xfcber"))
    inner.mkdir()
    (folder / "sky" / "001.png").rename(inner / "001.png")
    return folder


def load(path):
    config = DataConfig(source="folder", path=str(path), image_size=16)
    return load_dataset(config, path.parent, fixes={})


@pytest.fixture(scope="module")
def dataset(folder):
    return load(folder)


def rows_of(path):
    """The cells of a list as another program reads them: bytes."""
    text = path.read_bytes().removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    return list(csv.DictReader(text.splitlines()))


def test_exported_labels_lead_to_the_files_and_are_read_again(dataset, folder):
    assert f"leaf/{SHOWN}" in dataset.files
    export_labels(dataset, folder / "labels.csv")
    rows = rows_of(folder / "labels.csv")
    assert len(rows) == 12
    assert all((folder / row["file"]).is_file() for row in rows)
    assert b"leaf/" + RAW in {os.fsencode(row["file"]) for row in rows}
    again = load(folder / "labels.csv")
    (folder / "labels.csv").unlink()
    assert sorted(again.files) == sorted(dataset.files)
    assert all(image_path(folder / "labels.csv", name).is_file() for name in again.files)


def test_images_are_found_for_display(dataset, folder):
    assert all(image_path(folder, name).is_file() for name in dataset.files)


def test_fixes_lead_to_the_files_and_are_imported_again(dataset, folder, tmp_path):
    overlay, sample = Overlay("fruit"), f"leaf/{SHOWN}"
    overlay.relabel([sample], "sky")
    export_csv(overlay, tmp_path / "fixes.csv", dataset.source)
    [row] = rows_of(tmp_path / "fixes.csv")
    assert (folder / row["sample"]).is_file()
    other = Overlay("fruit")
    result = import_csv(other, tmp_path / "fixes.csv", dataset.sample_ids, dataset.class_names)
    assert (result.skipped, other.fix(sample).label) == (0, "sky")


def test_labels_that_are_not_utf8_are_refused(dataset, tmp_path):
    (tmp_path / "fixes.csv").write_bytes(b"sample,label\nleaf/001.png,caf\xe9\n")
    with pytest.raises(OverlayError, match="not encoded in UTF-8"):
        import_csv(Overlay(""), tmp_path / "fixes.csv", dataset.sample_ids, dataset.class_names)


def test_json_of_the_check_leads_to_the_files(folder, cli):
    broken = Path(os.fsdecode(os.fsencode(folder / "leaf") + b"/br\xf6ken.png"))
    broken.write_bytes(b"no image")
    code, out, _ = cli("data", "check", folder, "--set", "data.image_size=16", "--json")
    broken.unlink()
    findings = json.loads(out.splitlines()[-1])["findings"]
    files = {os.fsencode(row["file"]) for finding in findings for row in finding["files"]}
    assert code == 0
    assert b"leaf/br\xf6ken.png" in files
