"""Repeated scans of all runs."""

import json
import shutil
import time

import pytest

from studio.config import TrainConfig
from studio.runs import RunStatus, RunStore, Status
from studio.runs.scanner import RunScanner
from studio.runs.status import HEARTBEAT_TIMEOUT_S


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs")


@pytest.fixture
def elsewhere(tmp_path):
    return RunStore(tmp_path / "cluster")


def write_remote_status(run, heartbeat, **values):
    """Write the status of a run that trains on another machine."""
    run.write_status(Status(RunStatus.RUNNING, heartbeat, heartbeat, 1, "node07"))
    text = json.loads((run.path / "status.json").read_text()) | {"heartbeat": heartbeat} | values
    (run.path / "status.json").write_text(json.dumps(text))


def test_a_run_that_did_not_change_is_the_same_object(store):
    run = store.create(TrainConfig())
    run.write_status(Status(RunStatus.FINISHED, 1.0, 1.0, 1, "here"))
    scanner = RunScanner(store.runs_dir)
    (first,) = scanner.scan().runs
    for _ in range(3):
        assert scanner.scan().runs[0] is first
    run.write_status(Status(RunStatus.FINISHED, 1.0, 1.0, 1, "here", epochs_done=3))
    assert scanner.scan().runs[0].epochs_done == 3


def test_finished_runs_are_not_read_again(store, monkeypatch):
    run = store.create(TrainConfig())
    run.write_status(Status(RunStatus.FINISHED, 1.0, 1.0, 1, "here"))
    reads = []
    scanner = RunScanner(store.runs_dir, pause=lambda: reads.append(1))
    for _ in range(5):
        scanner.scan()
    assert len(reads) == 2  # twice, for a second change within one tick of the file system


def test_runs_come_and_go(store):
    scanner = RunScanner(store.runs_dir)
    assert scanner.scan().runs == []
    run = store.create(TrainConfig())
    assert [found.id for found in scanner.scan().runs] == [run.id]
    shutil.rmtree(run.path)
    assert scanner.scan().runs == []


def test_a_configuration_that_is_written_later_is_read(store):
    (store.runs_dir / "20260101-000000-late-0001").mkdir(parents=True)
    scanner = RunScanner(store.runs_dir)
    assert scanner.scan().runs[0].recipe == ""
    store.open("20260101-000000-late-0001").write_config(TrainConfig(recipe="late"), {})
    assert scanner.scan().runs[0].recipe == "late"


def test_runs_of_opened_folders_have_their_path_as_key(store, elsewhere):
    own, far_away = store.create(TrainConfig()), elsewhere.create(TrainConfig())
    (elsewhere.runs_dir / "pictures").mkdir()
    store.opened = (elsewhere.runs_dir,)
    runs = store.list()
    assert {run.key for run in runs} == {own.id, str(far_away.path)}
    assert {run.id for run in runs} == {own.id, far_away.id}
    for run in runs:
        assert store.run(run.key).path == store.open(run.key).path == run.path


def test_a_single_run_can_be_opened_whatever_it_lacks(store, elsewhere):
    run = elsewhere.create(TrainConfig())
    elsewhere.create(TrainConfig())
    for name in ("config.toml", "status.json"):
        (run.path / name).unlink()
    run.metrics_path.write_text("")
    (found,) = RunScanner(store.runs_dir).scan([run.path]).runs
    assert found.path == store.open(found.key).path == run.path


def test_an_unreachable_folder_keeps_its_runs_until_it_is_back(store, elsewhere):
    elsewhere.create(TrainConfig())
    scanner = RunScanner(store.runs_dir)
    before = scanner.scan([elsewhere.runs_dir]).runs
    away = elsewhere.runs_dir.rename(elsewhere.runs_dir.with_name("away"))
    result = scanner.scan([elsewhere.runs_dir])
    assert result.runs == before
    assert list(result.unreachable) == [elsewhere.runs_dir]
    away.rename(elsewhere.runs_dir)
    assert scanner.scan([elsewhere.runs_dir]).unreachable == {}


def test_an_unreachable_runs_folder_is_reported(store):
    store.create(TrainConfig())
    scanner = RunScanner(store.runs_dir)
    scanner.scan()
    store.runs_dir.rename(store.runs_dir.with_name("away"))
    result = scanner.scan()
    assert len(result.runs) == len(result.unreachable) == 1


@pytest.mark.parametrize("wrong_by", [-7200.0, 7200.0])
def test_a_changing_heartbeat_means_running_whatever_the_clock_says(store, wrong_by):
    run = store.create(TrainConfig())
    scanner = RunScanner(store.runs_dir)
    write_remote_status(run, time.time() + wrong_by)
    scanner.scan()
    write_remote_status(run, time.time() + wrong_by + 5)
    (summary,) = scanner.scan().runs
    assert summary.status is RunStatus.RUNNING
    assert abs(summary.last_heartbeat.timestamp() - time.time()) < 30
    assert summary.host == "node07"


@pytest.mark.parametrize("wrong_by", [0.0, 7200.0])
def test_a_heartbeat_that_stops_means_interrupted(store, monkeypatch, wrong_by):
    run = store.create(TrainConfig())
    write_remote_status(run, time.time() + wrong_by)
    scanner = RunScanner(store.runs_dir)
    assert scanner.scan().runs[0].status is RunStatus.RUNNING
    later = time.time() + HEARTBEAT_TIMEOUT_S + 1
    monkeypatch.setattr("time.time", lambda: later)
    assert scanner.scan().runs[0].status is RunStatus.INTERRUPTED


def test_a_dead_worker_is_noticed_within_a_minute():
    heartbeat_interval_s, scan_interval_s = 5.0, 1.0
    assert heartbeat_interval_s + HEARTBEAT_TIMEOUT_S + scan_interval_s < 60


def test_a_status_that_is_unreadable_for_a_moment_changes_nothing(store):
    run = store.create(TrainConfig())
    scanner = RunScanner(store.runs_dir)
    before = scanner.scan().runs
    (run.path / "status.json").rename(run.path / "busy")
    assert scanner.scan().runs == before
