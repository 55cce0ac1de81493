"""Selected runs are read on from where the last reading ended."""

import json
import os

import numpy as np
import pytest

from studio.runs import RunStatus
from studio.ui.shared import run_reader
from studio.ui.shared.run_reader import RunReader


@pytest.fixture
def run(writer):
    return writer.write(status=RunStatus.STOPPED, epochs=6)


@pytest.fixture
def reader(writer):
    return RunReader(writer.store)


def read(reader, run):
    (detail,) = reader.read((run.id,)).runs
    return detail


def add_epoch(run, epoch):
    event = {"event": "EpochEnd", "epoch": epoch, "val_accuracy": 0.5}
    with run.metrics_path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(event) + "\n")


def test_a_run_without_news_is_the_same_object(reader, run):
    first = read(reader, run)
    assert read(reader, run) is first
    add_epoch(run, 4)
    assert read(reader, run) is not first


def test_only_what_was_appended_is_read(reader, run, monkeypatch):
    read(reader, run)
    taken = []
    monkeypatch.setattr(
        run_reader.RunCurves, "add_lines", lambda curves, lines: taken.append(lines)
    )
    add_epoch(run, 4)
    read(reader, run)
    assert [json.loads(lines)["epoch"] for lines in taken if lines] == [4]


def test_a_resumed_run_tells_its_curves_anew(reader, run):
    add_epoch(run, 4)
    assert list(read(reader, run).epochs) == [1, 2, 3, 4]
    lines = run.metrics_path.read_bytes().splitlines(keepends=True)
    os.truncate(run.metrics_path, len(b"".join(lines[:2])))  # where the state was saved
    for epoch in (2, 3, 4, 5, 6):
        add_epoch(run, epoch)
    np.testing.assert_array_equal(read(reader, run).epochs, [1, 2, 3, 4, 5, 6])


def test_a_long_file_is_shown_before_it_is_read_to_its_end(reader, run, monkeypatch):
    monkeypatch.setattr(run_reader, "READ_S", 0.0)
    run.metrics_path.write_bytes(run.metrics_path.read_bytes() * 400)
    first = reader.read((run.id,))
    assert first.has_more
    while reader.read((run.id,)).has_more:
        pass
    assert len(read(reader, run).epochs) == 1200 > len(first.runs[0].epochs)


def test_a_run_out_of_reach_is_shown_as_it_was(reader, run):
    before = read(reader, run)
    away = run.path.rename(run.path.with_name("away"))
    assert len(read(reader, run).epochs) == len(before.epochs)
    away.rename(run.path)
    add_epoch(run, 4)
    assert len(read(reader, run).epochs) == len(before.epochs) + 1


def test_settings_written_later_are_seen(reader, run):
    config = run.config
    (run.path / "config.toml").unlink()
    assert read(reader, run).problem
    run.write_config(config, {})
    assert read(reader, run).settings["optim.epochs"] == 6


def test_only_the_runs_asked_for_last_are_remembered(writer, monkeypatch):
    monkeypatch.setattr(run_reader, "MAX_CACHED_RUNS", 2)
    runs = [writer.write() for _ in range(4)]
    reader = RunReader(writer.store)
    for run in runs:
        read(reader, run)
    assert len(reader.read(tuple(run.id for run in runs)).runs) == 4
