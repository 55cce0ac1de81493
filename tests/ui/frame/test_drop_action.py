"""The action of a drop, chosen without a window."""

from pathlib import Path

import pytest

from studio.ui.frame.drop_action import DropOutcome, choose_drop_action


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "cats"
    made.mkdir()
    return made


def test_a_folder_is_taken_and_named(folder: Path) -> None:
    action = choose_drop_action([folder])
    assert action.outcome is DropOutcome.USE_DATASET
    assert action.path == str(folder)
    assert action.text == "Drop to use the images in cats/"


@pytest.mark.parametrize("name", ["a.zip", "a.TAR.GZ", "a.tgz", "a.tar", "a.tar.xz"])
def test_an_archive_is_taken_by_its_name(tmp_path: Path, name: str) -> None:
    action = choose_drop_action([tmp_path / name])
    assert action.outcome is DropOutcome.USE_DATASET
    assert action.text == f"Drop to use the images in {name}"


def test_a_list_is_said_to_be_one(tmp_path: Path) -> None:
    action = choose_drop_action([tmp_path / "labels.csv"])
    assert action.text == "Drop to use the images listed in labels.csv"


@pytest.mark.parametrize("names", [[], ["one.png"], ["a.jpg", "b.jpg"], ["notes.txt"]])
def test_other_files_are_left_to_who_lies_under_them(tmp_path: Path, names: list[str]) -> None:
    action = choose_drop_action([tmp_path / name for name in names])
    assert action.outcome is DropOutcome.IGNORE


def test_several_sets_are_too_many(folder: Path, tmp_path: Path) -> None:
    action = choose_drop_action([folder, tmp_path / "a.zip"])
    assert action.outcome is DropOutcome.REFUSE
    assert "one folder" in action.text


def test_a_run_is_opened(folder: Path) -> None:
    (folder / "metrics.jsonl").touch()
    action = choose_drop_action([folder])
    assert action.outcome is DropOutcome.OPEN_RUN
    assert action.path == str(folder)
    assert action.text == "Drop to open the run cats"


def test_one_recipe_is_opened(tmp_path: Path) -> None:
    action = choose_drop_action([tmp_path / "slow.TOML"])
    assert (action.outcome, action.path) == (
        DropOutcome.OPEN_RECIPE,
        str(tmp_path / "slow.TOML"),
    )
    assert action.text == "Drop to open the recipe slow.TOML"
    several = choose_drop_action([tmp_path / "a.toml", tmp_path / "b.toml"])
    assert (several.outcome, several.text) == (DropOutcome.REFUSE, "Drop one recipe at a time.")
