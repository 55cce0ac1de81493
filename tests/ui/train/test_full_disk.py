"""The Train page while the disk is full, and beside another process that trains the run."""

import errno
import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from studio.runs import RunStatus
from studio.runs.lock import RunLock
from studio.training import full_disk
from studio.ui.train.live.training_state import TrainingState
from tests.ui.train.conftest import child, click
from tests.ui.train.test_resuming import LONG, start, stop_after_an_epoch


@pytest.fixture
def disk(monkeypatch):
    """A disk for training states that seems to be full while `disk["full"]` is set."""
    disk, replace = {"full": False}, os.replace

    def refuse(path, target):
        if disk["full"] and Path(target).name == "state.pt":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", refuse)
    monkeypatch.setattr(
        "studio.disk_full.free_bytes", lambda _folder: 1000 if disk["full"] else 10**12
    )
    monkeypatch.setattr(full_disk, "free_bytes", lambda _folder: 1000 if disk["full"] else 10**12)
    monkeypatch.setattr(full_disk, "POLL_S", 0.002)
    return disk


def banner_text(page) -> str:
    return child(page, "banner_text", QLabel).text()


def test_a_training_waits_with_a_banner_and_goes_on(page, qtbot, disk) -> None:
    run = start(qtbot, page, 3)
    disk["full"] = True
    qtbot.waitUntil(lambda: page.session.state is TrainingState.WAITING, timeout=LONG)
    assert "is full: at least" in banner_text(page)
    assert "1 kB free" in banner_text(page)
    assert "goes on by itself" in banner_text(page)
    assert "Waiting for room" in child(page, "status_label").text()
    assert not child(page, "pause_button").isEnabled()
    assert child(page, "stop_button").isEnabled()
    assert run.status.observed is RunStatus.PAUSED
    with qtbot.waitSignal(page.idle, timeout=LONG):
        disk["full"] = False
    assert page.session.state is TrainingState.FINISHED
    assert "room on the disk again" in banner_text(page)
    assert run.status.observed is RunStatus.FINISHED


def test_stop_ends_a_training_that_waits_and_says_what_is_not_saved(page, qtbot, disk) -> None:
    start(qtbot, page, 3)
    disk["full"] = True
    qtbot.waitUntil(lambda: page.session.state is TrainingState.WAITING, timeout=LONG)
    with qtbot.waitSignal(page.idle, timeout=LONG):
        qtbot.mouseClick(child(page, "stop_button"), Qt.MouseButton.LeftButton)
    assert page.session.state is TrainingState.STOPPED
    assert "The disk was full" in banner_text(page)
    assert "Free some space, then resume the run." in banner_text(page)
    assert "saved" in child(page, "status_label").text()


def test_a_run_that_another_process_trains_is_not_resumed(page, qtbot) -> None:
    run = start(qtbot, page, 50)
    stop_after_an_epoch(qtbot, page)
    before = run.metrics(), run.status
    lock = RunLock(run)  # as another process would hold it
    lock.acquire()
    with qtbot.waitSignal(page.idle, timeout=LONG):
        click(qtbot, page, "resume_button")
    lock.release()
    assert "is being trained by" in banner_text(page)
    assert (run.metrics(), run.status) == before
