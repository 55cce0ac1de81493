"""Which folders can be opened, and which need not be."""

import pytest

from studio.config import TrainConfig
from studio.errors import RunError
from studio.runs import RunStore
from studio.runs.run_folders import RUN_FILES, add_opened_folder, check_run_folder, is_run_folder


@pytest.mark.parametrize("part", RUN_FILES)
def test_any_part_makes_a_run(tmp_path, part):
    assert not is_run_folder(tmp_path)
    (tmp_path / part).parent.mkdir(exist_ok=True)
    (tmp_path / part).touch()
    assert is_run_folder(tmp_path)


def test_a_run_a_folder_of_runs_and_an_empty_folder_can_be_opened(tmp_path):
    run = RunStore(tmp_path / "runs").create(TrainConfig())
    (tmp_path / "soon").mkdir()
    for place in (run.path, run.path.parent, tmp_path / "soon"):
        assert check_run_folder(place) == place


def test_a_folder_without_runs_is_refused_with_what_to_choose(tmp_path):
    (tmp_path / "holiday").mkdir()
    with pytest.raises(RunError, match=r"no run in .*Choose the folder of one run"):
        check_run_folder(tmp_path)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(RunError, match="cannot be read"):
        check_run_folder(tmp_path / "none")


def test_a_relative_folder_is_remembered_whole(tmp_path, monkeypatch):
    (tmp_path / "soon").mkdir()
    monkeypatch.chdir(tmp_path)
    assert check_run_folder(tmp_path.__class__("soon")) == tmp_path / "soon"


def test_what_is_listed_already_is_not_opened_again(tmp_path):
    own, other = tmp_path / "own", tmp_path / "other"
    assert add_opened_folder((), own, own) == ()
    assert add_opened_folder((), own, own / "run") == ()
    assert add_opened_folder((other,), own, other) == (other,)
    assert add_opened_folder((other,), own, other / "run") == (other,)


def test_a_folder_takes_the_place_of_its_runs(tmp_path):
    own, other = tmp_path / "own", tmp_path / "other"
    alone = tmp_path / "alone"
    assert add_opened_folder((alone, other / "run"), own, other) == (alone, other)
