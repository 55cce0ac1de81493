"""The recent datasets between two starts."""

from pathlib import Path

import pytest

from studio.ui.settings import Settings
from studio.ui.train.data.dataset_combo import path_titles
from studio.ui.train.data.recent_datasets import MAX_DATASETS, RecentDatasets, missing_paths


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "window.ini")


def test_the_latest_is_first_and_the_oldest_goes(settings) -> None:
    datasets = RecentDatasets(settings)
    for number in range(MAX_DATASETS + 2):
        datasets.add(f"/p/{number}", ())
    datasets.add("/p/5", ())
    assert datasets.paths() == ["/p/5", *(f"/p/{n}" for n in (9, 8, 7, 6, 4, 3, 2))]


def test_renamed_classes_are_remembered(settings, tmp_path) -> None:
    RecentDatasets(settings).add("/p/é ö", (("kitty", "cat"), ("dog", "")))
    settings.sync()
    again = RecentDatasets(Settings(tmp_path / "window.ini"))
    assert again.paths() == ["/p/é ö"]
    assert again.renames("/p/é ö") == (("kitty", "cat"), ("dog", ""))
    assert again.renames("/p/other") == ()


@pytest.mark.parametrize(
    "junk", ["", "x", "[1]", "{}", '[{"path": 1}]', '[{"rename": []}]', b"\x00"]
)
def test_invalid_settings_are_ignored(settings, junk) -> None:
    settings.setValue("own_sets", junk)
    assert RecentDatasets(settings).paths() == []


def test_missing_datasets_are_removed(settings, tmp_path) -> None:
    datasets = RecentDatasets(settings)
    for path in (str(tmp_path), "/nowhere/at/all"):
        datasets.add(path, ())
    assert missing_paths(datasets.paths()) == ["/nowhere/at/all"]
    datasets.remove(missing_paths(datasets.paths()))
    assert datasets.paths() == [str(tmp_path)]


def test_two_folders_of_one_name_are_distinguished() -> None:
    assert path_titles(["/a/cats", "/b/cats", "/b/dogs.zip"]) == [
        "cats (a)",
        "cats (b)",
        "dogs.zip",
    ]
