"""Which folders hold runs and can be opened."""

import pytest

from studio.config import TrainConfig
from studio.errors import RunError
from studio.runs import RunStore
from studio.runs.run_folders import RUN_FILES, add_opened_folder, check_run_folder, is_run_folder


@pytest.mark.parametrize("name", RUN_FILES)
def test_any_file_of_a_run_makes_a_run_folder(tmp_path, name):
    assert not is_run_folder(tmp_path)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).touch()
    assert is_run_folder(tmp_path)


def test_a_run_a_folder_of_runs_and_an_empty_folder_can_be_opened(tmp_path):
    run = RunStore(tmp_path / "runs").create(TrainConfig())
    (tmp_path / "soon").mkdir()
    for folder in (run.path, run.path.parent, tmp_path / "soon"):
        assert check_run_folder(folder) == folder


def test_a_folder_without_runs_is_refused_with_a_hint(tmp_path):
    (tmp_path / "holiday").mkdir()
    with pytest.raises(RunError, match=r"no run in .*Choose the folder of one run"):
        check_run_folder(tmp_path)


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(RunError, match="cannot be read"):
        check_run_folder(tmp_path / "none")


def test_a_relative_folder_becomes_absolute(tmp_path, monkeypatch):
    (tmp_path / "soon").mkdir()
    monkeypatch.chdir(tmp_path)
    assert check_run_folder(tmp_path.__class__("soon")) == tmp_path / "soon"


def test_a_folder_that_is_listed_already_is_not_added(tmp_path):
    own, other = tmp_path / "own", tmp_path / "other"
    assert add_opened_folder((), own, own) == ()
    assert add_opened_folder((), own, own / "run") == ()
    assert add_opened_folder((other,), own, other) == (other,)
    assert add_opened_folder((other,), own, other / "run") == (other,)


def test_a_folder_replaces_the_runs_in_it(tmp_path):
    own, other = tmp_path / "own", tmp_path / "other"
    alone = tmp_path / "alone"
    assert add_opened_folder((alone, other / "run"), own, other) == (alone, other)
