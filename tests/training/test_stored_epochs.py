"""The weights of epochs are kept as set, and keeping or copying them changes nothing else."""

import os
import shutil
import signal
import subprocess
import sys
import threading

import pytest
import torch
from safetensors.torch import load_file

from studio.errors import CheckpointError, DamagedRunError
from studio.inference import Predictor
from studio.recipes import load_recipe
from studio.runs import Run, RunStore
from studio.runs.checkpoints import read_card
from studio.runs.manifest_file import Manifest
from studio.runs.recovery import restore_previous
from studio.runs.stored_epochs import stored_epochs
from studio.training import Trainer
from studio.training.events import CheckpointSaved, EpochEnd
from studio.training.snapshots import Snapshot, SnapshotMailbox
from tests.fixed_engine import FIXED_ENGINE
from tests.training.fitting import fit, of, same_weights, stop_after
from tests.training.test_killed import CHILD

pytestmark = pytest.mark.numeric

EPOCHS = 5


@pytest.fixture(scope="module")
def config():
    return load_recipe("digits-quickstart").config.with_values(
        FIXED_ENGINE
        | {
            "optim.epochs": EPOCHS,
            "optim.batch_size": 512,
            "model.filters": [[4]],
            "model.hidden": [8],
            "engine.keep_weights": "every",
        }
    )


@pytest.fixture(scope="module")
def kept(config, tmp_path_factory):
    """A finished run that kept every epoch, and its events."""
    run = RunStore(tmp_path_factory.mktemp("kept")).create(config)
    return run, fit(config, run)[1]


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs")


def test_every_epoch_is_kept_with_its_card_and_listed(kept):
    run, events = kept
    assert stored_epochs(run) == [1, 2, 3, 4, 5]
    assert same_weights(run.epoch_weights(EPOCHS), run.last_weights)
    assert same_weights(run.epoch_weights(run.status.best_epoch), run.best_weights)
    for event in of(EpochEnd, events):
        card = read_card(run.epoch_weights(event.epoch))
        assert (card.epoch, card.val_accuracy) == (event.epoch, event.val_accuracy)
        assert card.temperature == event.temperature
    listed = Manifest.read(run.path).files
    assert all(len(listed[f"weights/epoch_00{epoch}.safetensors"]) == 1 for epoch in range(1, 6))


def test_keeping_epochs_changes_nothing_else(kept, config, store):
    run, _ = kept
    for policy, epochs in (("none", []), ("powers_of_two", [1, 2, 4])):
        other = store.create(config.with_values({"engine.keep_weights": policy}))
        fit(other.config, other)
        assert stored_epochs(other) == epochs
        assert same_weights(run.last_weights, other.last_weights)


def test_a_stopped_run_keeps_epochs_and_continues_them(kept, config, store):
    run, _ = kept
    stopped = store.create(config)
    fit(config, stopped, stop_after(7))  # in the third epoch of three steps
    assert stored_epochs(stopped) == [1, 2]
    fit(stopped.config, stopped)
    for epoch in range(1, EPOCHS + 1):
        assert same_weights(run.epoch_weights(epoch), stopped.epoch_weights(epoch))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_killed_run_keeps_the_same_bits(kept, config, store):
    run, _ = kept
    killed = store.create(config)
    command = [sys.executable, "-c", CHILD, str(store.runs_dir), killed.id]
    seen = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        for line in child.stdout:  # the weights of an epoch are written before their event
            seen += line.strip() == CheckpointSaved.__name__
            if seen == 3:
                child.send_signal(signal.SIGKILL)
                break
    for epoch in stored_epochs(killed):
        Predictor.load(killed.epoch_weights(epoch))  # checked against the manifest
    fit(killed.config, killed)
    for epoch in range(1, EPOCHS + 1):
        assert same_weights(run.epoch_weights(epoch), killed.epoch_weights(epoch))


def test_a_damaged_epoch_is_noticed_and_set_aside(kept, tmp_path):
    run = Run(shutil.copytree(kept[0].path, tmp_path / "copy"))
    path = run.epoch_weights(2)
    path.write_bytes(path.read_bytes()[:-1] + b"\x7f")
    with pytest.raises(DamagedRunError, match="sets it aside"):
        Predictor.load(path)
    restored = restore_previous(run)
    assert restored.set_aside == ("weights/epoch_002.safetensors",)
    assert not restored.went_back
    assert stored_epochs(run) == [1, 3, 4, 5]


def test_commands_take_a_kept_epoch(kept, cli, tmp_path):
    run, _ = kept
    runs_dir = run.path.parent
    code, _out, err = cli("predict", "last@9", tmp_path / "any.png", "--runs-dir", runs_dir)
    assert code == 1
    assert "epochs 1, 2, 3, 4 and 5" in err
    first, last = (
        cli("evaluate", f"last@{epoch}", "--runs-dir", runs_dir, "--json") for epoch in (1, EPOCHS)
    )
    assert (first[0], last[0]) == (0, 0)
    assert f'"run": "{run.id}@1"' in first[1].splitlines()[-1]
    assert first[1].splitlines()[-1] != last[1].splitlines()[-1]
    names = {path.name for path in (run.path / "predictions").glob("test*")}
    assert {"test-epoch_001.npz", "test-epoch_005.npz"} <= names


def test_snapshots_follow_a_training_without_changing_it(kept, config, store):
    run, _ = kept
    other, mailbox = store.create(config), SnapshotMailbox()
    taken = []

    def on_event(event):
        if isinstance(event, CheckpointSaved):
            mailbox._next_time = 0.0  # a training of a second has one snapshot otherwise
            mailbox.request()

    def should_stop():
        if mailbox.newest is not None and mailbox.newest not in taken:
            taken.append(mailbox.newest)
        return False

    Trainer(config, other, snapshots=mailbox).fit(on_event, should_stop)
    assert [snapshot.step for snapshot in taken] == [3, 6, 9, 12]  # the last one has no next step
    assert [snapshot.card.epoch for snapshot in taken] == [1, 2, 3, 4]
    for snapshot in taken:
        saved = load_file(other.epoch_weights(snapshot.card.epoch))
        assert all(torch.equal(saved[name], snapshot.weights[name]) for name in saved)
    assert same_weights(run.last_weights, other.last_weights)
    assert mailbox._take is None  # nothing of the training is kept alive
    assert not snapshot.build_model().training


def test_snapshots_are_taken_on_request_and_not_too_often():
    mailbox, steps = SnapshotMailbox(), iter(range(100))
    take = lambda: Snapshot({}, None, next(steps))  # noqa: E731
    with mailbox.serving(take):
        mailbox.serve()
        assert mailbox.newest is None
        requests = [threading.Thread(target=mailbox.request) for _ in range(4)]
        for thread in requests:
            thread.start()
            thread.join()
        for _ in range(3):
            mailbox.serve()
            mailbox.request()
        assert mailbox.newest.step == 0
    mailbox.serve()
    assert mailbox.newest.step == 0


def test_a_diverged_training_has_no_model_to_show(kept):
    run, _ = kept
    weights = load_file(run.last_weights)
    broken = {name: torch.full_like(tensor, float("nan")) for name, tensor in weights.items()}
    with pytest.raises(CheckpointError, match="no longer finite"):
        Snapshot(broken, read_card(run.last_weights), 1).build_model()
