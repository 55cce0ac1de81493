"""The command that lays our figures beside published ones, on settings small enough for a test."""

import json
import os
import signal
import subprocess
import sys

import pytest

from studio.runs import RunStatus, RunStore
from tests.fixed_engine import FIXED_ENGINE, to_options

SMALL = ["--set", "data.source=digits", "--set", "data.image_size=12"]
SMALL += to_options(FIXED_ENGINE)
SHORT = ["--set", "engine.max_steps=2"]


def test_the_whole_table_is_trained_and_written(cli, tmp_path):
    page = tmp_path / "table.md"
    code, out, _ = cli("reproduce", *SMALL, *SHORT, "--out", page)
    assert code == 0
    assert len(RunStore(tmp_path / "runs").list()) == 14
    lines = page.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 16
    for line, figure in [(lines[2], "0.8368"), (lines[-1], "0.9370")]:
        assert f"| {figure} |" in line
        assert figure in out
    assert "of 14 reach the published results" in out


def test_json_tells_published_and_ours(ask, tmp_path):
    words = ["mini-vgg-v1-mnist", "--layers", "scratch", "--seeds", "1,2"]
    code, told = ask("reproduce", *words, *SMALL, *SHORT)
    assert code == 0
    assert [r["settings"]["seed"] for r in told["results"]] == [1, 2] * 3
    runs = {run.id: run for run in RunStore(tmp_path / "runs").list()}
    for result in told["results"]:
        assert result["ours"]["val_accuracy"] == runs[result["run"]].val_accuracy
        better = result["ours"]["val_accuracy"] >= result["published"]["val_accuracy"]
        assert result["reached"] is better


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["digits-quickstart"], "digits-quickstart"),
        (["--seeds", "one"], "0,1,2"),
        (["--seeds", "-1"], "seed"),
        (["--set", "optim.epoch=3"], "optim.epochs"),
    ],
)
def test_wrong_words_are_refused_before_any_run(cli, words, name, tmp_path):
    code, _, err = cli("reproduce", *words)
    assert code == 2
    assert name in err
    assert not (tmp_path / "runs").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to the whole console")
def test_ctrl_c_saves_the_run_and_prints_what_is_measured(tmp_path):
    command = [sys.executable, "-m", "studio", "reproduce", "mini-vgg-v1-mnist", "--json", *SMALL]
    # Six trainings of two epochs: the third line of one is told by the second training.
    command += ["--set", "optim.epochs=2", "--set", "engine.max_steps=none"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        seen = 0
        for line in child.stderr:
            seen += line.startswith("epoch")
            if seen == 3:
                child.send_signal(signal.SIGINT)
                break
        out, _ = child.communicate(timeout=60)
    assert child.returncode == 130
    told = json.loads(out.splitlines()[-1])
    assert len(told["results"]) >= 1
    statuses = {run.id: run.status for run in RunStore(tmp_path / "runs").list()}
    assert {statuses[result["run"]] for result in told["results"]} == {RunStatus.FINISHED}
    assert RunStatus.RUNNING not in statuses.values()
