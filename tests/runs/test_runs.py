"""Run folders: found, listed and read whatever they lack."""

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


def test_a_new_run_has_a_telling_name_and_its_configuration(store):
    config = TrainConfig(recipe="my best/recipe: ä", seed=7)
    run = store.create(config)
    assert run.config == config
    date, clock, *words, tail = run.id.split("-")
    assert (len(date), len(clock), len(tail)) == (8, 6, 4)
    assert "-".join(words) == "my-best-recipe"
    assert run.status.observed is RunStatus.RUNNING


def test_runs_are_found_by_id_beginning_path_and_last(store):
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


PARTS = ["config.toml", "status.json", "metrics.jsonl"]


@pytest.mark.parametrize("damage", ["missing", "empty", "binary", "folder"])
@pytest.mark.parametrize("part", PARTS)
def test_a_folder_that_lacks_a_part_is_still_listed(store, part, damage):
    run = store.create(TrainConfig())
    (run.path / "metrics.jsonl").write_text('{"event": "StepEnd"}\n')
    path = run.path / part
    path.unlink()
    if damage == "folder":
        path.mkdir()
    elif damage != "missing":
        path.write_bytes(b"" if damage == "empty" else b"\xff\x00{")
    (summary,) = store.list()
    assert summary.id == run.id
    assert isinstance(run.metrics(), list)


def test_a_run_in_steps_plans_no_epochs_before_it_begins(store):
    config = load_recipe("mini-vgg-v1-mnist").config
    run = store.create(config)
    assert summarize_run(run).progress == "0/–"
    run.write_status(run.status.with_values(epochs=2, epochs_done=1))
    assert summarize_run(run).progress == "1/2"
    epochs = store.create(load_recipe("digits-quickstart").config.with_values({"optim.epochs": 7}))
    assert summarize_run(epochs).progress == "0/7"


def test_strangers_in_the_runs_folder_are_no_trouble(store):
    store.create(TrainConfig())
    (store.runs_dir / "notes.txt").write_text("mine")
    (store.runs_dir / ".hidden").mkdir()
    (store.runs_dir / "empty").mkdir()
    assert len(store.list()) == 2


def test_no_folder_no_runs(tmp_path):
    assert RunStore(tmp_path / "none").list() == []


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="--runs-dir"):
        RunStore(tmp_path / "file").create(TrainConfig())


def test_a_half_written_line_is_left_out(store):
    run = store.create(TrainConfig())
    run.metrics_path.write_text('{"event": "A"}\n{"event": "B"}\n{"eve')
    assert [event["event"] for event in run.metrics()] == ["A", "B"]


def test_a_run_whose_process_is_gone_was_interrupted(store):
    run = store.create(TrainConfig())
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        pass
    values = json.loads((run.path / "status.json").read_text()) | {"pid": child.pid}
    (run.path / "status.json").write_text(json.dumps(values))
    assert run.status.status is RunStatus.RUNNING
    assert run.status.observed is RunStatus.INTERRUPTED


@pytest.mark.skipif(sys.platform == "win32", reason="zombies are of Unix")
def test_a_process_that_ended_but_was_not_asked_how_is_gone(store):
    run = store.create(TrainConfig())
    child = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)
    child.stdout.read()  # its end closes the pipe
    while psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE:
        os.sched_yield()
    run.write_status(dataclasses.replace(run.status, pid=child.pid, heartbeat=time.time()))
    assert run.status.observed is RunStatus.INTERRUPTED
    child.wait()
    child.stdout.close()


@pytest.mark.parametrize(
    "odd", [{"pid": -1}, {"pid": 10**30}, {"heartbeat": "soon"}, {"epochs": None}, {"host": 3}]
)
def test_a_status_with_odd_values_harms_nobody(store, odd):
    run = store.create(TrainConfig())
    values = json.loads((run.path / "status.json").read_text()) | odd
    (run.path / "status.json").write_text(json.dumps(values))
    (summary,) = store.list()
    assert summary.status is RunStatus.INTERRUPTED


def test_a_run_of_another_machine_is_believed_while_it_speaks():
    now = time.time()
    alive = Status(RunStatus.RUNNING, now, now, os.getpid(), "elsewhere")
    silent = Status(RunStatus.RUNNING, now, now - 3600, os.getpid(), "elsewhere")
    assert alive.observed is RunStatus.RUNNING
    assert silent.observed is RunStatus.INTERRUPTED


def test_a_run_folder_can_be_copied_elsewhere(store, tmp_path):
    run = store.create(TrainConfig())
    shutil.copytree(run.path, tmp_path / "elsewhere" / run.id)
    assert RunStore(tmp_path / "elsewhere").open(run.id).config == run.config


@pytest.mark.parametrize(
    ("data", "title"),
    [
        (DataConfig(source="mnist"), "MNIST"),
        (DataConfig(source="folder", path="/pictures/cats"), "cats"),
        (DataConfig(source="of another version"), "of another version"),
    ],
)
def test_a_run_is_listed_with_what_its_set_is_called(tmp_path, data, title):
    store = RunStore(tmp_path)
    store.create(TrainConfig(data=data))
    (summary,) = store.list()
    assert (summary.dataset, summary.dataset_title) == (data.source, title)
