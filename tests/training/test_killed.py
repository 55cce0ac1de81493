"""A training killed at any moment resumes from its last checkpoint with the same bits."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from studio.runs import RunStatus
from studio.training import Trainer
from studio.training.events import EpochEnd
from tests.training.fitting import same_history

REPO = Path(__file__).parents[2]
CHILD = """
import sys
from pathlib import Path
from studio.runs import RunStore
from studio.training import Trainer

run = RunStore(Path(sys.argv[1])).open(sys.argv[2])
Trainer(run.config, run).fit(lambda event: print(type(event).__name__, flush=True))
"""


pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")


def test_twenty_kills_at_random_moments_change_nothing():
    """See `kill_trainings`, which can do it as often as one likes."""
    command = [sys.executable, "-m", "tests.training.kill_trainings", "--kills", "20"]
    ended = subprocess.run(command, cwd=REPO, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "20 kills" in ended.stdout


@pytest.mark.numeric
@pytest.mark.usefixtures("each_processor")
def test_a_training_killed_in_another_process_gives_the_same_bits(config, store):
    config = config.with_values({"engine.precision": "auto"})
    uninterrupted, killed = store.create(config), store.create(config)
    Trainer(config, uninterrupted).fit()
    command = [sys.executable, "-c", CHILD, str(store.runs_dir), killed.id]
    seen = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        for line in child.stdout:
            seen += line.strip() == "CheckpointSaved"
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
