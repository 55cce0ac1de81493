"""What a drop would do, decided without a window."""

from pathlib import Path

import pytest

from studio.ui.frame.drop_action import Outcome, choose_drop


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "cats"
    made.mkdir()
    return made


def test_a_folder_is_taken_and_named(folder: Path) -> None:
    choice = choose_drop([folder], training=False)
    assert choice.outcome is Outcome.TAKE
    assert choice.path == str(folder)
    assert choice.words == "Drop to read the pictures in cats/"


@pytest.mark.parametrize("name", ["a.zip", "a.TAR.GZ", "a.tgz", "a.tar", "a.tar.xz"])
def test_an_archive_is_taken_by_its_name(tmp_path: Path, name: str) -> None:
    choice = choose_drop([tmp_path / name], training=False)
    assert choice.outcome is Outcome.TAKE
    assert choice.words == f"Drop to read the pictures in {name}"


def test_a_list_is_said_to_be_one(tmp_path: Path) -> None:
    choice = choose_drop([tmp_path / "labels.csv"], training=False)
    assert choice.words == "Drop to read the pictures listed in labels.csv"


@pytest.mark.parametrize("names", [[], ["one.png"], ["a.jpg", "b.jpg"], ["notes.txt"]])
def test_other_files_are_left_to_who_lies_under_them(tmp_path: Path, names: list[str]) -> None:
    choice = choose_drop([tmp_path / name for name in names], training=False)
    assert choice.outcome is Outcome.PASS


def test_nothing_is_taken_while_a_training_runs(folder: Path) -> None:
    choice = choose_drop([folder], training=True)
    assert choice.outcome is Outcome.REFUSE
    assert choice.words == "A training runs. Drop pictures when it has ended."


def test_a_picture_is_still_left_alone_while_a_training_runs(tmp_path: Path) -> None:
    assert choose_drop([tmp_path / "one.png"], training=True).outcome is Outcome.PASS


def test_several_sets_are_too_many(folder: Path, tmp_path: Path) -> None:
    choice = choose_drop([folder, tmp_path / "a.zip"], training=False)
    assert choice.outcome is Outcome.REFUSE
    assert "one folder" in choice.words


def test_a_run_is_opened_also_while_a_training_runs(folder: Path) -> None:
    (folder / "metrics.jsonl").touch()
    for training in (False, True):
        choice = choose_drop([folder], training)
        assert choice.outcome is Outcome.OPEN
        assert choice.path == str(folder)
        assert choice.words == "Drop to open the run cats"
