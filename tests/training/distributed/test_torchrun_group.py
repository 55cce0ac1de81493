"""Real training with torchrun: the same result as one process, one run folder, no hanging."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time

import numpy as np
import psutil
import pytest
import torch
from safetensors.torch import load_file

from studio.recipes import load_recipe
from studio.runs import RunStatus
from studio.runs.history import load_history
from studio.training import Trainer
from studio.training.live_settings import SettingsMailbox
from tests.fixed_engine import FIXED_ENGINE

# Windows lacks these signals, and torch's wheels for it lack what torchrun needs.
pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="torchrun on POSIX"),
    pytest.mark.timeout(400),  # several processes load torch
]

DEADLINE = 300.0  # seconds, after which a hanging process is killed
# Plain SGD: Adam's first steps make a difference of 1e-9 as large as the learning rate.
SETTINGS = FIXED_ENGINE | {
    "optim.optimizer": "sgd",
    "optim.lr": 0.05,
    "optim.schedule": "constant",
    "optim.ema": 0.9,
    "optim.epochs": 3,
    "optim.batch_size": 128,  # 1,151 images: the last batch is one of 127
    "model.filters": [[8], [16]],
    "model.hidden": [32],
    "model.norm": "batch",
    "model.dropout": 0.5,
    "augment.thickness": 0.3,
    "augment.noise": 0.1,
    "engine.log_every": 1,
}


def configured(**changes):
    changes = {name.replace("__", "."): value for name, value in changes.items()}
    return load_recipe("digits-quickstart").config.with_values(SETTINGS | changes)


@contextlib.contextmanager
def torchrun(*args, restarts=0):
    """Two processes of `vgg-studio train`; those left at the end are killed."""
    launcher = ["-m", "torch.distributed.run", "--nproc-per-node=2", f"--max-restarts={restarts}"]
    command = [sys.executable, *launcher, "-m", "studio", "train", *map(str, args)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                for left in [*psutil.Process(process.pid).children(), process]:
                    left.kill()


def settings(config):
    """The options that give the recipe this configuration."""
    for name in SETTINGS:
        section, field = name.split(".")
        yield "--set"
        yield f"{name}={json.dumps(config.model_dump()[section][field])}"


def wait_for(process, found):
    """Poll `found` until it returns something, while the process runs."""
    end = time.monotonic() + DEADLINE
    while not (result := found()):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.02)
    return result


def events(run, event_name):
    return [event for event in run.metrics() if event["event"] == event_name]


def kill_rank(process, rank):
    """Kill a process without a chance to clean up."""
    for child in psutil.Process(process.pid).children():
        if child.environ().get("RANK") == str(rank):
            child.kill()


def assert_alike(run, single_process_run):
    """The same curves, history and weights within rounding."""
    for event_name, figure in ("StepEnd", "loss"), ("EpochEnd", "val_loss"):
        ours, theirs = (
            [event[figure] for event in events(r, event_name)] for r in (run, single_process_run)
        )
        assert len(ours) == len(theirs) > 2
        np.testing.assert_allclose(ours, theirs, rtol=1e-3)
    ours, theirs = load_history(run), load_history(single_process_run)
    assert (ours.correct == theirs.correct).mean() > 0.99
    np.testing.assert_allclose(ours.probability, theirs.probability, atol=0.02)
    ours, theirs = load_file(run.last_weights), load_file(single_process_run.last_weights)
    for name, values in theirs.items():
        torch.testing.assert_close(ours[name], values, rtol=1e-3, atol=1e-3)


@pytest.fixture(scope="module")
def single_process_run(tmp_path_factory):
    """The run of one process, with 27 steps."""
    from studio.runs import RunStore

    run = RunStore(tmp_path_factory.mktemp("single_process_run")).create(configured())
    Trainer(configured(), run).fit()
    return run


@pytest.mark.numeric
def test_two_processes_train_like_one_and_only_one_reports(store, single_process_run):
    args = ["digits-quickstart", *settings(configured()), "--runs-dir", store.runs_dir, "--json"]
    with torchrun(*args) as process:
        out, err = process.communicate(timeout=DEADLINE)
    assert process.returncode == 0
    (summary,) = store.list()
    run = store.open(summary.id)
    assert_alike(run, single_process_run)
    assert summary.status is RunStatus.FINISHED
    assert run.record["processes"] == 2
    (line,) = out.splitlines()
    result, expected = json.loads(line), events(single_process_run, "FitEnded")[0]
    assert result["test_accuracy"] == pytest.approx(expected["test_accuracy"], abs=0.01)
    assert err.count("cpu (chosen, 2 processes)") == 1
    assert err.count("epoch    3/3") == 1


def test_killed_workers_end_or_restart_the_run_and_one_process_resumes_it(
    store, single_process_run
):
    config = configured(optim__epochs=60)  # long enough to be killed
    args = ["digits-quickstart", *settings(config), "--runs-dir", store.runs_dir]
    with torchrun(*args, restarts=1) as process:
        (run,) = wait_for(process, lambda: [store.open(s.id) for s in store.list()])
        wait_for(process, lambda: events(run, "CheckpointSaved"))
        first = run.status.pid
        kill_rank(process, 0)
        wait_for(process, lambda: run.status.pid != first)
        done = len(events(run, "EpochEnd"))
        wait_for(process, lambda: len(events(run, "EpochEnd")) > max(done, 1))
        kill_rank(process, 1)
        _, err = process.communicate(timeout=DEADLINE)
    assert process.returncode == 1
    assert len(store.list()) == 1
    assert run.status.status is RunStatus.FAILED
    assert "Another process of this training" in run.status.reason
    assert "--resume" in run.status.reason
    assert err.count("vgg-studio: Another process") == 1
    assert err.count("Traceback") == 1  # torchrun's own
    # Fewer epochs, so that the remaining training is short.
    config = configured(optim__epochs=len(events(run, "CheckpointSaved")) + 1)
    uninterrupted = store.create(config)
    for resumed in run, uninterrupted:
        Trainer(config, resumed).fit()
    assert_alike(run, uninterrupted)


def test_a_run_is_resumed_with_another_number_of_processes_and_changed_settings(store):
    changes = {"optim.lr": 0.03, "optim.weight_decay": 0.01, "model.dropout": 0.3}
    whole, run = store.create(configured()), store.create(configured())
    Trainer(configured(), whole, settings=SettingsMailbox({5: changes})).fit()
    asked = iter([False] * 5 + [True])
    Trainer(configured(), run).fit(should_stop=lambda: next(asked))
    assert len(events(run, "StepEnd")) == 5
    options = [word for name, value in changes.items() for word in ("--set", f"{name}={value}")]
    with torchrun("--resume", run.id, *options, "--runs-dir", store.runs_dir) as process:
        wait_for(process, lambda: len(events(run, "StepEnd")) > 5)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=DEADLINE)
    assert run.status.status is RunStatus.STOPPED
    (changed,) = events(run, "SettingsChanged")
    assert (changed["step"], changed["changes"]) == (5, changes)
    Trainer(run.config, run).fit()
    assert_alike(run, whole)


def test_when_one_process_runs_out_of_memory_both_split_their_batches_and_go_on(store):
    run = store.create(configured(optim__epochs=1, data__subset=700))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = "tests.training.distributed.out_of_memory", store.runs_dir, run.id, port
    ended = subprocess.run([sys.executable, "-m", *map(str, words)], timeout=DEADLINE)
    assert ended.returncode == 0
    assert run.status.status is RunStatus.FINISHED
    (split,) = events(run, "BatchSplit")
    assert (split["step"], split["parts"], split["pictures"]) == (1, 2, 64)
    assert len(events(run, "StepEnd")) == 5
