"""All runs, looked at again and again."""

import json
import shutil
import time

import pytest

from studio.config import TrainConfig
from studio.runs import RunStatus, RunStore, Status
from studio.runs.catalog import Catalog
from studio.runs.status import SILENT_SECONDS


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs")


@pytest.fixture
def elsewhere(tmp_path):
    return RunStore(tmp_path / "cluster")


def far(run, heartbeat, **values):
    """Another machine writes that this run trains."""
    begun = Status(RunStatus.RUNNING, heartbeat, heartbeat, 1, "node07")
    run.write_status(begun.with_values() if not values else begun)
    text = json.loads((run.path / "status.json").read_text()) | {"heartbeat": heartbeat} | values
    (run.path / "status.json").write_text(json.dumps(text))


def test_a_run_that_did_not_change_is_the_same_object(store):
    run = store.create(TrainConfig())
    run.write_status(Status(RunStatus.FINISHED, 1.0, 1.0, 1, "here"))
    catalog = Catalog(store.runs_dir)
    (first,) = catalog.look().runs
    for _ in range(3):
        assert catalog.look().runs[0] is first
    run.write_status(Status(RunStatus.FINISHED, 1.0, 1.0, 1, "here", epochs_done=3))
    assert catalog.look().runs[0].epochs_done == 3


def test_finished_runs_are_not_read_again(store, monkeypatch):
    run = store.create(TrainConfig())
    run.write_status(Status(RunStatus.FINISHED, 1.0, 1.0, 1, "here"))
    reads = []
    catalog = Catalog(store.runs_dir, pause=lambda: reads.append(1))
    for _ in range(5):
        catalog.look()
    assert len(reads) == 2  # once more, for a second change within a tick of the file system


def test_runs_come_and_go(store):
    catalog = Catalog(store.runs_dir)
    assert catalog.look().runs == []
    run = store.create(TrainConfig())
    assert [found.id for found in catalog.look().runs] == [run.id]
    shutil.rmtree(run.path)
    assert catalog.look().runs == []


def test_a_run_that_gets_its_configuration_late_is_named(store):
    (store.runs_dir / "20260101-000000-late-0001").mkdir(parents=True)
    catalog = Catalog(store.runs_dir)
    assert catalog.look().runs[0].recipe == ""
    store.open("20260101-000000-late-0001").write_config(TrainConfig(recipe="late"), {})
    assert catalog.look().runs[0].recipe == "late"


def test_opened_folders_bring_their_runs_with_their_paths(store, elsewhere):
    own, far_away = store.create(TrainConfig()), elsewhere.create(TrainConfig())
    (elsewhere.runs_dir / "pictures").mkdir()
    store.opened = (elsewhere.runs_dir,)
    runs = store.list()
    assert {run.id for run in runs} == {own.id, str(far_away.path)}
    for run in runs:
        assert store.open(run.id).path == run.path


def test_one_run_can_be_opened_alone_whatever_it_lacks(store, elsewhere):
    run = elsewhere.create(TrainConfig())
    elsewhere.create(TrainConfig())
    for part in ("config.toml", "status.json"):
        (run.path / part).unlink()
    run.metrics_path.write_text("")
    (found,) = Catalog(store.runs_dir).look([run.path]).runs
    assert found.path == store.open(found.id).path == run.path


def test_a_folder_out_of_reach_keeps_its_runs_until_it_is_back(store, elsewhere):
    elsewhere.create(TrainConfig())
    catalog = Catalog(store.runs_dir)
    before = catalog.look([elsewhere.runs_dir]).runs
    away = elsewhere.runs_dir.rename(elsewhere.runs_dir.with_name("away"))
    survey = catalog.look([elsewhere.runs_dir])
    assert survey.runs == before
    assert list(survey.unreachable) == [elsewhere.runs_dir]
    away.rename(elsewhere.runs_dir)
    assert catalog.look([elsewhere.runs_dir]).unreachable == {}


def test_the_own_folder_out_of_reach_is_told_too(store):
    store.create(TrainConfig())
    catalog = Catalog(store.runs_dir)
    catalog.look()
    store.runs_dir.rename(store.runs_dir.with_name("away"))
    survey = catalog.look()
    assert len(survey.runs) == len(survey.unreachable) == 1


@pytest.mark.parametrize("wrong_by", [-7200.0, 7200.0])
def test_a_heartbeat_that_changes_is_life_whatever_its_clock_says(store, wrong_by):
    run = store.create(TrainConfig())
    catalog = Catalog(store.runs_dir)
    far(run, time.time() + wrong_by)
    catalog.look()
    far(run, time.time() + wrong_by + 5)
    (summary,) = catalog.look().runs
    assert summary.status is RunStatus.RUNNING
    assert abs(summary.heard.timestamp() - time.time()) < 30
    assert summary.host == "node07"


@pytest.mark.parametrize("wrong_by", [0.0, 7200.0])
def test_a_heartbeat_that_stands_still_is_death(store, monkeypatch, wrong_by):
    run = store.create(TrainConfig())
    far(run, time.time() + wrong_by)
    catalog = Catalog(store.runs_dir)
    assert catalog.look().runs[0].status is RunStatus.RUNNING
    later = time.time() + SILENT_SECONDS + 1
    monkeypatch.setattr("time.time", lambda: later)
    assert catalog.look().runs[0].status is RunStatus.INTERRUPTED


def test_a_dead_worker_is_seen_within_a_minute():
    heartbeats_apart, between_looks = 5.0, 1.0
    assert heartbeats_apart + SILENT_SECONDS + between_looks < 60


def test_a_status_that_cannot_be_read_for_a_moment_changes_nothing(store):
    run = store.create(TrainConfig())
    catalog = Catalog(store.runs_dir)
    before = catalog.look().runs
    (run.path / "status.json").rename(run.path / "busy")
    assert catalog.look().runs == before
