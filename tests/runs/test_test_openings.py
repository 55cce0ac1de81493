"""How often the test split was opened for a run."""

import json
import os
from dataclasses import replace

import pytest

from studio.config import TrainConfig
from studio.paths import BUNDLED
from studio.runs import RunStatus, RunStore, Status
from studio.runs.scanner import RunScanner
from studio.runs.test_openings import (
    FILE,
    count_test_openings,
    describe_test_openings,
    read_test_openings,
    record_test_opening,
)


@pytest.fixture
def run(tmp_path):
    made = RunStore(tmp_path / "runs").create(TrainConfig())
    made.best_weights.parent.mkdir()
    made.best_weights.write_bytes(b"weights")
    return made


def test_a_command_counts_once_for_the_same_weights(run):
    assert count_test_openings(run) == 0
    for _ in range(3):
        record_test_opening(run.path, "evaluate")
        record_test_opening(run.best_weights, "evaluate")
    assert count_test_openings(run) == 1
    record_test_opening(run.path, "mistakes")
    run.best_weights.write_bytes(b"other weights")
    record_test_opening(run, "evaluate")
    record_test_opening(run.epoch_weights(3), "evaluate")
    assert [o.by for o in read_test_openings(run)] == ["evaluate", "mistakes"] + ["evaluate"] * 2


def test_a_run_with_a_test_accuracy_was_tested_at_its_end(run):
    status = Status(RunStatus.FINISHED, 1.0, 1.0, 1, "here", test_accuracy=0.9)
    run.write_status(status)
    assert count_test_openings(run) == 1  # as in a run of an earlier version
    record_test_opening(run, "evaluate")
    assert count_test_openings(run) == 2
    record_test_opening(run, "train")
    assert count_test_openings(run) == 2
    run.write_status(replace(status, test_accuracy=None))
    assert count_test_openings(run) == 2


def test_a_scan_of_the_runs_notices_it(run):
    scanner = RunScanner(run.path.parent)
    for number in range(3):
        for _ in range(2):
            assert scanner.scan().runs[0].test_openings == number
        record_test_opening(run, f"command {number}")


def test_a_damaged_file_and_a_folder_that_cannot_be_written_are_no_error(run, tmp_path):
    record_test_opening(BUNDLED, "evaluate")
    record_test_opening(tmp_path / "nowhere", "evaluate")
    good = json.dumps({"at": "2026-01-01T00:00:00", "by": "evaluate"})
    (run.path / FILE).write_text(f'{good}\n[]\n{{"by": 3}}\n\n{"[" * 100_000}\n{good}\n{good[:9]}')
    assert count_test_openings(run) == 2
    (run.path / FILE).unlink()
    (run.path / FILE).mkdir()
    record_test_opening(run, "evaluate")
    assert count_test_openings(run) == 0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_pipe_is_not_waited_for(run):
    os.mkfifo(run.path / FILE)
    record_test_opening(run, "evaluate")
    assert count_test_openings(run) == 0


def test_from_the_second_time_on_the_text_warns():
    assert "not opened" in describe_test_openings(0)
    assert describe_test_openings(1) == "The test split was opened once for this run."
    assert "too optimistic" in describe_test_openings(2)
