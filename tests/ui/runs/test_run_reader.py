"""Chosen runs are read on from where the last look ended."""

import json
import os

import numpy as np
import pytest

from studio.runs import RunStatus
from studio.ui.runs import run_reader
from studio.ui.runs.run_reader import RunReader


@pytest.fixture
def run(writer):
    return writer.write(status=RunStatus.STOPPED, epochs=6)


@pytest.fixture
def follower(writer):
    return RunReader(writer.store)


def look(follower, run):
    (detail,) = follower.look((run.id,)).runs
    return detail


def add_epoch(run, epoch):
    event = {"event": "EpochEnd", "epoch": epoch, "val_accuracy": 0.5}
    with run.metrics_path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(event) + "\n")


def test_a_run_without_news_is_the_same_object(follower, run):
    first = look(follower, run)
    assert look(follower, run) is first
    add_epoch(run, 4)
    assert look(follower, run) is not first


def test_only_what_was_appended_is_read(follower, run, monkeypatch):
    look(follower, run)
    taken = []
    monkeypatch.setattr(run_reader.RunCurves, "take", lambda curves, lines: taken.append(lines))
    add_epoch(run, 4)
    look(follower, run)
    assert [json.loads(lines)["epoch"] for lines in taken if lines] == [4]


def test_a_resumed_run_tells_its_curves_anew(follower, run):
    add_epoch(run, 4)
    assert list(look(follower, run).epochs) == [1, 2, 3, 4]
    lines = run.metrics_path.read_bytes().splitlines(keepends=True)
    os.truncate(run.metrics_path, len(b"".join(lines[:2])))  # where the state was saved
    for epoch in (2, 3, 4, 5, 6):
        add_epoch(run, epoch)
    np.testing.assert_array_equal(look(follower, run).epochs, [1, 2, 3, 4, 5, 6])


def test_a_long_file_is_shown_before_it_is_read_to_its_end(follower, run, monkeypatch):
    monkeypatch.setattr(run_reader, "LOOK_SECONDS", 0.0)
    run.metrics_path.write_bytes(run.metrics_path.read_bytes() * 400)
    first = follower.look((run.id,))
    assert first.more
    while follower.look((run.id,)).more:
        pass
    assert len(look(follower, run).epochs) == 1200 > len(first.runs[0].epochs)


def test_a_run_out_of_reach_is_shown_as_it_was(follower, run):
    before = look(follower, run)
    away = run.path.rename(run.path.with_name("away"))
    assert len(look(follower, run).epochs) == len(before.epochs)
    away.rename(run.path)
    add_epoch(run, 4)
    assert len(look(follower, run).epochs) == len(before.epochs) + 1


def test_settings_written_later_are_seen(follower, run):
    config = run.config
    (run.path / "config.toml").unlink()
    assert look(follower, run).problem
    run.write_config(config, {})
    assert look(follower, run).settings["optim.epochs"] == 6


def test_only_the_runs_asked_for_last_are_remembered(writer, monkeypatch):
    monkeypatch.setattr(run_reader, "_KEPT", 2)
    runs = [writer.write() for _ in range(4)]
    follower = RunReader(writer.store)
    for run in runs:
        look(follower, run)
    assert len(follower.look(tuple(run.id for run in runs)).runs) == 4
