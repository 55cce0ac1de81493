"""The user's own sets between two starts."""

from pathlib import Path

import pytest

from studio.ui.settings import Settings
from studio.ui.train.data.recent_datasets import MOST, RecentDatasets, missing, titles


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "window.ini")


def test_the_latest_is_first_and_the_oldest_goes(settings) -> None:
    sets = RecentDatasets(settings)
    for number in range(MOST + 2):
        sets.note(f"/p/{number}", ())
    sets.note("/p/5", ())
    assert sets.paths() == ["/p/5", *(f"/p/{n}" for n in (9, 8, 7, 6, 4, 3, 2))]


def test_names_of_classes_are_remembered_over_a_start(settings, tmp_path) -> None:
    RecentDatasets(settings).note("/p/é ö", (("kitty", "cat"), ("dog", "")))
    settings.sync()
    again = RecentDatasets(Settings(tmp_path / "window.ini"))
    assert again.paths() == ["/p/é ö"]
    assert again.renames("/p/é ö") == (("kitty", "cat"), ("dog", ""))
    assert again.renames("/p/other") == ()


@pytest.mark.parametrize(
    "junk", ["", "x", "[1]", "{}", '[{"path": 1}]', '[{"rename": []}]', b"\x00"]
)
def test_settings_that_make_no_sense_count_as_nothing(settings, junk) -> None:
    settings.setValue("own_sets", junk)
    assert RecentDatasets(settings).paths() == []


def test_what_is_gone_is_dropped(settings, tmp_path) -> None:
    sets = RecentDatasets(settings)
    for path in (str(tmp_path), "/nowhere/at/all"):
        sets.note(path, ())
    assert missing(sets.paths()) == ["/nowhere/at/all"]
    sets.drop(missing(sets.paths()))
    assert sets.paths() == [str(tmp_path)]


def test_two_folders_of_one_name_are_told_apart() -> None:
    assert titles(["/a/cats", "/b/cats", "/b/dogs.zip"]) == ["cats (a)", "cats (b)", "dogs.zip"]
