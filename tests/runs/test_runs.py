"""Run folders are found, listed and read, whatever they lack."""

import dataclasses
import json
import os
import shutil
import subprocess
import sys
import time

import psutil
import pytest

from studio.config import DataConfig, TrainConfig
from studio.errors import RunError
from studio.recipes import load_recipe
from studio.runs import RunStatus, RunStore, Status
from studio.runs.summary import summarize_run


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs")


def test_a_new_run_is_named_by_date_and_recipe(store):
    config = TrainConfig(recipe="my best/recipe: ä", seed=7)
    run = store.create(config)
    assert run.config == config
    date, clock, *words, tail = run.id.split("-")
    assert (len(date), len(clock), len(tail)) == (8, 6, 4)
    assert "-".join(words) == "my-best-recipe"
    assert run.status.observed is RunStatus.RUNNING


def test_runs_are_opened_by_id_beginning_path_and_last(store):
    first = store.create(TrainConfig(recipe="one"))
    second = store.create(TrainConfig(recipe="two"))
    assert store.open(first.id) == first
    assert store.open(second.id[:-2]) == second
    assert store.open(str(first.path)).path == first.path
    assert store.open("last").id == max(first.id, second.id)
    with pytest.raises(RunError, match="beginning of 2 run ids"):
        store.open(first.id[:4])
    with pytest.raises(RunError, match="no run"):
        store.open("nothing")


FILES = ["config.toml", "status.json", "metrics.jsonl"]


def test_two_runs_of_one_second_with_the_same_number_get_two_folders(store, monkeypatch):
    numbers = iter(["abcd", "abcd", "abcd", "0123"])
    monkeypatch.setattr("studio.runs.store.secrets.token_hex", lambda _bytes: next(numbers))
    runs = [store.create(TrainConfig()) for _ in range(2)]
    assert runs[0].path != runs[1].path


@pytest.mark.parametrize("damage", ["missing", "empty", "binary", "folder"])
@pytest.mark.parametrize("name", FILES)
def test_a_run_with_a_missing_or_damaged_file_is_still_listed(store, name, damage):
    run = store.create(TrainConfig())
    (run.path / "metrics.jsonl").write_text('{"event": "StepEnd"}\n')
    path = run.path / name
    path.unlink()
    if damage == "folder":
        path.mkdir()
    elif damage != "missing":
        path.write_bytes(b"" if damage == "empty" else b"\xff\x00{")
    (summary,) = store.list()
    assert summary.id == run.id
    assert isinstance(run.metrics(), list)


def test_a_run_in_steps_has_no_planned_epochs_before_it_starts(store):
    config = load_recipe("mini-vgg-v1-mnist").config
    run = store.create(config)
    assert summarize_run(run).progress == "0/–"
    run.write_status(run.status.with_values(epochs=2, epochs_done=1))
    assert summarize_run(run).progress == "1/2"
    epochs = store.create(load_recipe("digits-quickstart").config.with_values({"optim.epochs": 7}))
    assert summarize_run(epochs).progress == "0/7"


def test_other_files_in_the_runs_folder_are_ignored(store):
    store.create(TrainConfig())
    (store.runs_dir / "notes.txt").write_text("mine")
    (store.runs_dir / ".hidden").mkdir()
    (store.runs_dir / "empty").mkdir()
    assert len(store.list()) == 2


def test_a_missing_runs_folder_has_no_runs(tmp_path):
    assert RunStore(tmp_path / "none").list() == []


def test_a_runs_folder_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="--runs-dir"):
        RunStore(tmp_path / "file").create(TrainConfig())


def test_an_incomplete_line_is_skipped(store):
    run = store.create(TrainConfig())
    run.metrics_path.write_text('{"event": "A"}\n{"event": "B"}\n{"eve')
    assert [event["event"] for event in run.metrics()] == ["A", "B"]


def test_a_run_whose_process_has_ended_is_interrupted(store):
    run = store.create(TrainConfig())
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        pass
    values = json.loads((run.path / "status.json").read_text()) | {"pid": child.pid}
    (run.path / "status.json").write_text(json.dumps(values))
    assert run.status.status is RunStatus.RUNNING
    assert run.status.observed is RunStatus.INTERRUPTED


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no zombie processes")
def test_a_run_whose_process_is_a_zombie_is_interrupted(store):
    run = store.create(TrainConfig())
    child = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)
    child.stdout.read()  # returns when the process ends
    while psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE:
        os.sched_yield()
    run.write_status(dataclasses.replace(run.status, pid=child.pid, heartbeat=time.time()))
    assert run.status.observed is RunStatus.INTERRUPTED
    child.wait()
    child.stdout.close()


@pytest.mark.parametrize(
    "odd", [{"pid": -1}, {"pid": 10**30}, {"heartbeat": "soon"}, {"epochs": None}, {"host": 3}]
)
def test_a_status_with_invalid_values_counts_as_interrupted(store, odd):
    run = store.create(TrainConfig())
    values = json.loads((run.path / "status.json").read_text()) | odd
    (run.path / "status.json").write_text(json.dumps(values))
    (summary,) = store.list()
    assert summary.status is RunStatus.INTERRUPTED


def test_a_run_on_another_machine_is_running_while_its_heartbeat_is_recent():
    now = time.time()
    recent = Status(RunStatus.RUNNING, now, now, os.getpid(), "elsewhere")
    old = Status(RunStatus.RUNNING, now, now - 3600, os.getpid(), "elsewhere")
    assert recent.observed is RunStatus.RUNNING
    assert old.observed is RunStatus.INTERRUPTED


def test_a_key_is_an_id_or_an_absolute_path(store, tmp_path):
    other = RunStore(tmp_path / "other").create(TrainConfig())
    assert store.run(other.id).path == store.runs_dir / other.id  # which need not exist
    assert store.run(str(other.path)) == other


def test_a_run_folder_can_be_copied_elsewhere(store, tmp_path):
    run = store.create(TrainConfig())
    shutil.copytree(run.path, tmp_path / "elsewhere" / run.id)
    assert RunStore(tmp_path / "elsewhere").open(run.id).config == run.config


@pytest.mark.parametrize(
    ("data", "title"),
    [
        (DataConfig(source="mnist"), "MNIST"),
        (DataConfig(source="folder", path="/images/cats"), "cats"),
        (DataConfig(source="of another version"), "of another version"),
    ],
)
def test_a_run_is_listed_with_the_title_of_its_dataset(tmp_path, data, title):
    store = RunStore(tmp_path)
    store.create(TrainConfig(data=data))
    (summary,) = store.list()
    assert (summary.dataset, summary.dataset_title) == (data.source, title)
