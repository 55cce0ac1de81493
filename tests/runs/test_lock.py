"""One writer per run: the lock, and what the status says by it."""

import os
import subprocess
import sys
import time

import pytest

from studio.config import TrainConfig
from studio.errors import RunError, RunLockedError
from studio.paths import cache_dir
from studio.runs import RunStatus, RunStore
from studio.runs.abandoned_files import remove_abandoned_files
from studio.runs.lock import RunLock, is_locked

HOLDER = """
import sys
from pathlib import Path
from studio.runs import Run
from studio.runs.lock import RunLock

lock = RunLock(Run(Path(sys.argv[1])))
lock.acquire()
print("locked", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def run(tmp_path):
    return RunStore(tmp_path / "runs").create(TrainConfig())


@pytest.fixture
def holder(run):
    """Another process that holds the lock of the run."""
    command = [sys.executable, "-c", HOLDER, str(run.path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as child:
        assert child.stdout.readline() == "locked\n"
        yield child
        child.kill()


def test_the_lock_is_held_until_it_is_released(run):
    assert is_locked(run.path) is None  # it was never trained
    lock = RunLock(run)
    lock.acquire()
    assert is_locked(run.path) is True
    with pytest.raises(RunLockedError, match=f"process {os.getpid()} on .* since"):
        RunLock(run).acquire()
    lock.release()
    assert is_locked(run.path) is False
    RunLock(run).acquire()


def test_another_process_keeps_others_out_until_it_is_killed(run, holder):
    assert is_locked(run.path) is True
    with pytest.raises(RunLockedError):
        RunLock(run).acquire()
    holder.kill()
    holder.wait()
    assert is_locked(run.path) is False
    lock = RunLock(run)
    lock.acquire()
    lock.release()


def test_a_process_that_lives_but_holds_no_lock_does_not_train_the_run(run):
    assert run.status.observed is RunStatus.RUNNING  # it is about to take the lock
    lock = RunLock(run)
    lock.acquire()
    assert run.status.observed is RunStatus.RUNNING
    lock.release()
    assert run.status.observed is RunStatus.INTERRUPTED
    assert run.status.status is RunStatus.RUNNING


def test_a_training_that_waits_is_paused_with_its_reason(run):
    lock = RunLock(run)
    lock.acquire()
    run.write_status(run.status.with_values(paused="The disk is full."))
    assert run.status.observed is RunStatus.PAUSED
    assert run.status.observed.is_active
    (summary,) = RunStore(run.path.parent).list()
    assert (summary.status, summary.reason) == (RunStatus.PAUSED, "The disk is full.")
    lock.release()
    assert run.status.observed is RunStatus.INTERRUPTED


def test_the_holder_is_named_with_the_time_since_it_trains(run):
    status = run.status
    assert status.holder.startswith(f"process {os.getpid()} on ")
    day_before = time.time() - 48 * 3600
    run.write_status(status.with_values(since=day_before))
    date = time.strftime("%Y-%m-%d %H:%M", time.localtime(day_before))
    assert run.status.holder.endswith(f"since {date}")
    run.write_status(status.with_values(status=RunStatus.STOPPED))
    assert run.status.holder == "another process"


def test_partial_files_of_killed_processes_are_removed_from_runs_and_caches(run, tmp_path):
    cache = cache_dir() / "pictures"
    for folder in (run.path / "weights", run.path, cache, tmp_path / "data" / "overlays"):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".a.4194303-1.partial").write_text("")
        os.utime(folder / ".a.4194303-1.partial", (0, 0))
    assert remove_abandoned_files(run.path.parent, tmp_path / "data") == 4
    assert remove_abandoned_files(run.path.parent, tmp_path / "data") == 0
    assert (run.path / "config.toml").is_file()


def test_a_run_that_cannot_be_written_says_so(run):
    (run.path / "run.lock").mkdir()
    with pytest.raises(RunError, match="cannot be written"):
        RunLock(run).acquire()
    assert is_locked(run.path) is None
