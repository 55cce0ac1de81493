"""A training on a full disk waits, says so, and goes on or ends without losing its checkpoint."""

import errno
import os
import shutil

import pytest

from studio.errors import DiskFullError, StudioError
from studio.runs import RunStatus, RunStore, Status
from studio.runs.checkpoints import load_state
from studio.training import Trainer, full_disk
from studio.training.events import (
    CheckpointSaved,
    EpochEnd,
    TrainingContinued,
    TrainingPaused,
    from_dict,
)
from tests.training.fitting import fit, of, same_history, same_weights


@pytest.fixture(autouse=True)
def fast_polls(monkeypatch):
    monkeypatch.setattr(full_disk, "POLL_S", 0.002)


class Disk:
    """A real small disk, which is filled after the first epoch."""

    def __init__(self, folder):
        self.folder, self.filler = folder, folder / "filler"
        self.store = RunStore(folder / "runs")
        self.statuses = []  # of the run while it waits
        self.events = []

    def fill(self):
        with self.filler.open("wb", buffering=0) as file:
            for size in (1 << 16, 1 << 10, 1):
                try:
                    while True:
                        file.write(bytes(size))
                except OSError:
                    pass

    def make_room(self):
        self.filler.unlink(missing_ok=True)

    def on_event(self, run, event):
        self.events.append(event)
        if isinstance(event, CheckpointSaved) and event.epoch == 1 and not self.statuses:
            self.fill()
        if isinstance(event, TrainingPaused):
            self.statuses.append(run.status)


@pytest.fixture
def disk(small_disk):
    return Disk(small_disk)


@pytest.fixture(scope="module")
def small(config):
    return config.with_values({"model.filters": [[8], [16]], "model.hidden": [16]})


@pytest.fixture(scope="module")
def undisturbed(small, tmp_path_factory):
    run = RunStore(tmp_path_factory.mktemp("undisturbed")).create(small)
    Trainer(small, run).fit()
    return run


def test_a_training_waits_for_room_and_then_has_the_same_bits(small, undisturbed, disk):
    run = disk.store.create(small)

    def should_stop():
        if disk.statuses:  # the training waits
            disk.make_room()
        return False

    ended = Trainer(small, run).fit(lambda event: disk.on_event(run, event), should_stop)
    assert ended.status == "finished"
    assert ended.unsaved == ""
    (paused,) = of(TrainingPaused, disk.events)
    assert paused.free_bytes < paused.needed_bytes
    assert paused.needed_bytes > 0.9 * run.last_weights.stat().st_size
    assert paused.folder == str(disk.store.runs_dir)
    assert [type(event) for event in disk.events].count(TrainingContinued) == 1
    # The status was right although the disk was full.
    (status,) = disk.statuses
    assert status.observed is RunStatus.PAUSED
    assert "is full: at least" in status.paused
    assert run.status.observed is RunStatus.FINISHED
    assert run.status.paused == ""
    assert same_weights(run.last_weights, undisturbed.last_weights)
    assert same_history(run, undisturbed)
    written = [from_dict(line) for line in run.metrics()]
    assert sorted(map(str, written)) == sorted(map(str, disk.events))
    assert not list(run.path.rglob("*.partial"))


def test_a_training_that_waits_can_be_stopped_and_resumed(small, undisturbed, disk):
    run = disk.store.create(small)
    ended = Trainer(small, run).fit(
        lambda event: disk.on_event(run, event), lambda: bool(disk.statuses)
    )
    assert ended.status == "stopped"
    assert disk.events[-1] is ended
    assert ended.unsaved.startswith("The disk was full: ")
    assert run.status.observed is RunStatus.STOPPED
    assert run.status.reason == ended.unsaved
    assert run.status.paused == ""
    disk.make_room()
    saved_step = load_state(run.state)["position"]["step"] if run.state.exists() else 0
    assert (f"step {saved_step:,}" if saved_step else "nothing") in ended.unsaved
    resumed, _ = fit(small, run)
    assert resumed.status == "finished"
    assert same_weights(run.last_weights, undisturbed.last_weights)
    epochs = [line["epoch"] for line in run.metrics() if line["event"] == "EpochEnd"]
    assert epochs == [1, 2, 3]


def test_a_second_training_can_begin_on_the_full_disk_only_with_an_error(small, disk):
    run = disk.store.create(small)
    disk.fill()
    with pytest.raises(DiskFullError) as caught:
        fit(small, run)
    assert "Free some space" in caught.value.hint
    assert run.status.observed is not RunStatus.RUNNING  # it never began, and holds no lock


@pytest.mark.parametrize("name", ["last.safetensors", "best.safetensors", "state.pt", "epoch_002"])
def test_whichever_file_does_not_fit_is_written_later(small, undisturbed, store, monkeypatch, name):
    """As above, with a disk that only seems to be full, so that it runs everywhere."""
    run = store.create(small)
    failures, replace, usage = iter(range(2)), os.replace, shutil.disk_usage

    def refuse(path, target):
        if name in str(target) and run.id in str(target) and next(failures, None) is not None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return replace(path, target)

    room = iter([0, 0])
    monkeypatch.setattr("pathlib.Path.replace", refuse)
    monkeypatch.setattr(
        shutil, "disk_usage", lambda path: usage(path)._replace(free=next(room, 10**12))
    )
    monkeypatch.setattr(full_disk, "RETRY_S", 0.01)
    ended, events = fit(small, run)
    assert ended.status == "finished"
    assert of(TrainingPaused, events)
    assert of(TrainingContinued, events)
    assert [event.epoch for event in of(EpochEnd, events)] == [1, 2, 3]
    assert same_weights(run.last_weights, undisturbed.last_weights)
    assert same_history(run, undisturbed)


def test_an_earlier_version_reads_the_status_of_a_paused_run_as_running(store, small):
    run = store.create(small)
    run.write_status(Status.begin(paused="The disk is full."))
    assert '"status": "running"' in (run.path / "status.json").read_text()


@pytest.mark.parametrize("name", ["metrics.jsonl", "status.json"])
def test_a_folder_in_place_of_a_file_is_named(small, store, name):
    run = store.create(small)
    (run.path / name).unlink(missing_ok=True)
    (run.path / name).mkdir()
    with pytest.raises(StudioError, match=f"cannot use “.*{name}”: Is a directory"):
        fit(small, run)
