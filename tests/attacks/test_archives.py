"""Archives that unpack to all disks: refused after a moment; long lists of names take no hours."""

import threading
from random import Random

import pytest

from studio.data.image_folder import archive_limits, labels_csv
from studio.data.image_folder.class_layout import find_class_layout
from studio.data.image_folder.importing import import_images
from studio.errors import DatasetError, Stopped
from tests.attacks.archives import COMPRESSORS, PNG, deep_names, long_list, tar_bomb, zip_bomb
from tests.data.image_folder.make_files import as_folder, config, reasons, table_here, table_of


@pytest.mark.parametrize("compression", sorted(COMPRESSORS))
def test_a_tar_that_claims_a_huge_member_is_refused(compression, tmp_path, monkeypatch):
    monkeypatch.setattr(archive_limits, "RATIO_BASE_BYTES", 1_000_000)
    path = tmp_path / "bomb.tar"
    tar_bomb(path, compression, 60_000_000_000, 8_000_000, Random(1))
    with pytest.raises(DatasetError, match="unpacks to more than 200 times its size"):
        table_here(path)


def test_a_zip_that_claims_many_large_members_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archive_limits, "RATIO_BASE_BYTES", 1_000_000)
    zip_bomb(tmp_path / "bomb.zip", 20, 1_000_000)
    with pytest.raises(DatasetError, match="unpacks to more than 200 times its size"):
        table_here(tmp_path / "bomb.zip")


def test_an_archive_above_the_total_limit_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archive_limits, "MAX_UNPACKED_BYTES", 1000)
    zip_bomb(tmp_path / "set.zip", 4, 1000)
    with pytest.raises(DatasetError, match="unpacks to more than 1 kB"):
        table_here(tmp_path / "set.zip")


def test_names_inside_thousands_of_folders_are_listed_and_the_others_are_read(tmp_path):
    deep_names(tmp_path / "deep.zip", 30_000, 3)
    table = table_of(tmp_path / "deep.zip")
    assert table.files == ("cats/1.png", "dogs/1.png")
    assert {stray.reason for stray in table.outside} == {"inside more than 100 folders"}
    assert max(len(stray.file) for stray in table.outside) < 300


def test_a_folder_inside_too_many_folders_is_listed(tmp_path):
    deep = "a/" * 101
    root = as_folder(tmp_path / "set", {f"{deep}1.png": PNG, "cats/1.png": PNG, "dogs/1.png": PNG})
    table = table_of(root)
    assert table.files == ("cats/1.png", "dogs/1.png")
    assert list(reasons(table.outside).values()) == ["inside more than 100 folders"]


def test_the_class_folders_below_many_others_are_found_in_linear_time():
    """A search that reads every name at every level would take 10 s."""
    outer = "a/" * 98
    names = [f"{outer}{'cats' if number % 2 else 'dogs'}/{number}.png" for number in range(20_000)]
    assert find_class_layout(names).classes == {"cats", "dogs"}


def test_a_list_of_too_many_lines_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(labels_csv, "MAX_MEMBERS", 1000)
    long_list(tmp_path / "a.csv", 1200)
    with pytest.raises(DatasetError, match="has more than 1,000 lines"):
        table_here(tmp_path / "a.csv")
    long_list(tmp_path / "a.csv", 900)
    assert table_here(tmp_path / "a.csv").files == ("cats.png", "dogs.png")


def test_reading_a_long_list_can_be_cancelled(tmp_path):
    long_list(tmp_path / "a.csv", 300_000)
    asked = threading.Event()

    def should_stop():
        try:
            return asked.is_set()
        finally:
            asked.set()  # the second time it is being read

    with pytest.raises(Stopped):
        import_images(config(tmp_path / "a.csv"), should_stop=should_stop)
