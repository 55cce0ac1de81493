"""Real torchruns of two processes: what one would learn, one folder, and no hanging."""

import contextlib
import json
import os
import signal
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
from studio.training import Trainer
from tests.fixed_engine import FIXED_ENGINE

# Windows has neither these signals nor, in torch's wheels, what torchrun needs.
pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="torchrun on POSIX"),
    pytest.mark.timeout(400),  # three processes load torch, again and again
]

DEADLINE = 300.0  # seconds: only to end what hangs
# Plain SGD: Adam's first steps make a difference of 1e-9 as large as the learning rate.
SETTINGS = FIXED_ENGINE | {
    "optim.optimizer": "sgd",
    "optim.lr": 0.05,
    "optim.schedule": "constant",
    "optim.ema": 0.9,
    "optim.epochs": 3,
    "optim.batch_size": 128,  # 1,151 pictures: the last batch is one of 127
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
def torchrun(*words, restarts=0):
    """Two processes of `vgg-studio train`; what is left of them at the end is killed."""
    launcher = ["-m", "torch.distributed.run", "--nproc-per-node=2", f"--max-restarts={restarts}"]
    command = [sys.executable, *launcher, "-m", "studio", "train", *map(str, words)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                for left in [*psutil.Process(process.pid).children(), process]:
                    left.kill()


def settings(config):
    """The words that make the recipe this configuration."""
    for name in SETTINGS:
        room, field = name.split(".")
        yield "--set"
        yield f"{name}={json.dumps(config.model_dump()[room][field])}"


def wait_for(process, found):
    """Ask while the process runs, until it is so."""
    end = time.monotonic() + DEADLINE
    while not (result := found()):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.02)
    return result


def events(run, kind):
    return [event for event in run.metrics() if event["event"] == kind]


def kill_rank(process, rank):
    """SIGKILL, which nothing can answer."""
    for child in psutil.Process(process.pid).children():
        if child.environ().get("RANK") == str(rank):
            child.kill()


def assert_alike(run, whole):
    """The same curves and weights within rounding."""
    for kind, figure in ("StepEnd", "loss"), ("EpochEnd", "val_loss"):
        ours, theirs = ([event[figure] for event in events(r, kind)] for r in (run, whole))
        assert len(ours) == len(theirs) > 2
        np.testing.assert_allclose(ours, theirs, rtol=1e-3)
    ours, theirs = load_file(run.last_weights), load_file(whole.last_weights)
    for name, values in theirs.items():
        torch.testing.assert_close(ours[name], values, rtol=1e-3, atol=1e-3)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """What one process learns, in 27 steps."""
    from studio.runs import RunStore

    run = RunStore(tmp_path_factory.mktemp("whole")).create(configured())
    Trainer(configured(), run).fit()
    return run


@pytest.mark.numeric
def test_two_processes_learn_what_one_does_and_only_one_speaks(store, whole):
    words = ["digits-quickstart", *settings(configured()), "--runs-dir", store.runs_dir, "--json"]
    with torchrun(*words) as process:
        out, err = process.communicate(timeout=DEADLINE)
    assert process.returncode == 0
    (summary,) = store.list()
    run = store.open(summary.id)
    assert_alike(run, whole)
    assert summary.status is RunStatus.FINISHED
    assert run.record["processes"] == 2
    (line,) = out.splitlines()
    told, alone = json.loads(line), events(whole, "FitEnded")[0]
    assert told["test_accuracy"] == pytest.approx(alone["test_accuracy"], abs=0.01)
    assert err.count("cpu (chosen, 2 processes)") == 1
    assert err.count("epoch   3/3") == 1


def test_killed_workers_end_or_restart_the_run_and_one_process_goes_on(store, whole):
    config = configured(optim__epochs=60)  # only to be there long enough
    words = ["digits-quickstart", *settings(config), "--runs-dir", store.runs_dir]
    with torchrun(*words, restarts=1) as process:
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
    # A new end, so that the rest is short.
    config = configured(optim__epochs=len(events(run, "CheckpointSaved")) + 1)
    again = store.create(config)
    for one in run, again:
        Trainer(config, one).fit()
    assert_alike(run, again)


def test_interrupted_it_is_stopped_and_either_number_goes_on(store, whole):
    run = store.create(configured())
    asked = iter([False] * 5 + [True])
    Trainer(configured(), run).fit(should_stop=lambda: next(asked))
    assert len(events(run, "StepEnd")) == 5
    with torchrun("--resume", run.id, "--runs-dir", store.runs_dir) as process:
        wait_for(process, lambda: len(events(run, "StepEnd")) > 5)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=DEADLINE)
    assert run.status.status is RunStatus.STOPPED
    Trainer(run.config, run).fit()
    assert_alike(run, whole)
