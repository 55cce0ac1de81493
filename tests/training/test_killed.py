"""A training killed at any moment resumes from its last checkpoint with the same bits."""

import os
import signal
import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file

from studio.runs import RunStatus
from studio.training import Trainer
from studio.training.events import EpochEnd
from tests.training.fitting import same_history

CHILD = """
import sys
from pathlib import Path
from studio.runs import RunStore
from studio.training import Trainer

run = RunStore(Path(sys.argv[1])).open(sys.argv[2])
Trainer(run.config, run).fit(lambda event: print(type(event).__name__, flush=True))
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize(
    ("training", "event_name", "precision"),
    [
        ("config", "StepEnd", "float32"),
        ("config", "EpochEnd", "bfloat16"),
        pytest.param("config", "CheckpointSaved", "auto", marks=pytest.mark.numeric),
        ("pretrained_config", "StepEnd", "float32"),  # a head on cached features
    ],
)
def test_a_killed_and_resumed_training_gives_the_same_bits(
    request, store, training, event_name, precision
):
    config = request.getfixturevalue(training).with_values({"engine.precision": precision})
    uninterrupted, killed = store.create(config), store.create(config)
    Trainer(config, uninterrupted).fit()
    command = [sys.executable, "-c", CHILD, str(store.runs_dir), killed.id]
    seen = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        for line in child.stdout:
            seen += line.strip() == event_name
            if seen == 2:
                child.send_signal(signal.SIGKILL)
                break
    assert child.returncode == -signal.SIGKILL
    assert killed.status.observed is RunStatus.INTERRUPTED
    assert killed.metrics()
    epochs = []
    Trainer(killed.config, killed).fit(
        lambda event: epochs.append(event.epoch) if isinstance(event, EpochEnd) else None
    )
    assert epochs[-1] == config.optim.epochs
    ours, theirs = load_file(killed.last_weights), load_file(uninterrupted.last_weights)
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
    assert same_history(killed, uninterrupted)
    epochs_in_metrics = [e["epoch"] for e in killed.metrics() if e["event"] == "EpochEnd"]
    assert epochs_in_metrics == [1, 2, 3]
