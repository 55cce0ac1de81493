"""The trainer on real data: events, run folder, stop, failure and reproducibility."""

import functools
import os
import threading

import numpy as np
import pytest
import torch

from studio.errors import DatasetError, DivergedError, RunLockedError, Stopped
from studio.runs import RunStatus, RunStore
from studio.runs.checkpoints import load_model, load_state
from studio.runs.resumable import ResumableRun, find_resumable_run
from studio.training import Trainer
from studio.training.events import (
    CheckpointSaved,
    EpochEnd,
    FitStarted,
    StepEnd,
    from_dict,
    to_dict,
)
from tests.training.fitting import fit, of, same_weights, stop_after

pytestmark = pytest.mark.numeric


@pytest.fixture(scope="module")
def finished(config, tmp_path_factory):
    """Return a function that trains once per precision: the run, its last event and all events."""

    @functools.cache
    def train(precision="float32"):
        run = RunStore(tmp_path_factory.mktemp(precision)).create(config)
        return run, *fit(config.with_values({"engine.precision": precision}), run)

    return train


def test_the_events_describe_the_whole_training(finished):
    _, ended, events = finished()
    started = events[0]
    assert isinstance(started, FitStarted)
    assert started.total_steps == 3 * started.steps_per_epoch
    assert started.train_images + started.val_images + started.test_images == 1797
    assert [event.epoch for event in of(EpochEnd, events)] == [1, 2, 3]
    logged = [event.step for event in of(StepEnd, events)]
    assert logged == list(range(2, started.total_steps + 1, 2))
    assert events[-1] is ended
    assert ended.status == "finished"
    assert 0 < ended.test_accuracy <= 1
    best = of(EpochEnd, events)[-1]  # the recipe keeps the last epoch
    assert ended.best_epoch == best.epoch
    assert ended.val_accuracy == best.val_accuracy


def test_the_model_learns(config, store):
    recipe = {"model.filters": None, "model.hidden": None, "optim.batch_size": 64}
    config = config.with_values(recipe | {"optim.epochs": 12})
    ended, events = fit(config, store.create(config))
    losses = [event.train_loss for event in of(EpochEnd, events)]
    assert losses[-1] < losses[0] / 3
    assert ended.test_accuracy > 0.95


def test_an_event_is_in_the_run_folder_before_it_is_delivered(config, store):
    run = store.create(config)
    delivered = []

    def check_folder(event):
        delivered.append(to_dict(event))
        assert run.metrics() == delivered
        if isinstance(event, CheckpointSaved):
            assert (run.path / event.path).is_file()
        if isinstance(event, EpochEnd):
            logits = np.load(run.predictions(event.epoch))["logits"]
            assert logits.dtype == np.float16
            assert logits.shape == (delivered[0]["val_images"], 10)

    Trainer(config, run).fit(check_folder)
    assert len(delivered) > 10


def test_the_run_folder_describes_the_training(finished):
    run, ended, _ = finished()
    assert run.config.model.image_size == 8
    assert run.record["versions"]["torch"] == torch.__version__
    assert run.record["data_fingerprint"]
    assert run.record["device"] == "cpu"
    (summary,) = RunStore(run.path.parent).list()
    assert summary.status is RunStatus.FINISHED
    assert summary.test_accuracy == ended.test_accuracy
    assert summary.epochs_done == summary.epochs == 3
    model, card = load_model(run.best_weights)
    assert card.class_names == tuple("0123456789")
    assert sum(p.numel() for p in model.parameters()) == summary.parameters


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_the_same_seed_gives_the_same_bits_and_another_seed_others(
    config, finished, store, precision
):
    config = config.with_values({"engine.precision": precision})
    first = finished(precision)[0]
    same, other = store.create(config), store.create(config)
    for run, seed in (same, config.seed), (other, config.seed + 1):
        fit(config.with_values({"seed": seed}), run)
    assert same_weights(first.last_weights, same.last_weights)
    assert not same_weights(first.last_weights, other.last_weights)


def test_loading_a_model_in_another_thread_changes_no_bit(config, finished, store):
    quiet, busy = finished()[0], store.create(config)

    def load_model_in_thread(event):
        if isinstance(event, StepEnd):
            thread = threading.Thread(target=load_model, args=(quiet.best_weights,))
            thread.start()
            thread.join()

    Trainer(config, busy).fit(load_model_in_thread)
    assert same_weights(quiet.last_weights, busy.last_weights)


@pytest.mark.parametrize(
    ("steps", "precision"),
    [*((steps, "float32") for steps in (0, 1, 4, 7, 11)), (7, "bfloat16")],
)
def test_a_stopped_and_resumed_training_gives_the_same_bits(
    config, finished, store, steps, precision
):
    config = config.with_values({"engine.precision": precision})
    uninterrupted, ended, events = finished(precision)
    interrupted = store.create(config)
    stopped, _ = fit(config, interrupted, stop_after(steps))
    assert stopped.status == "stopped"
    assert stopped.test_accuracy is None
    assert interrupted.status.observed is RunStatus.STOPPED
    resumed, _ = fit(config, interrupted)
    assert same_weights(uninterrupted.last_weights, interrupted.last_weights)
    assert same_weights(uninterrupted.best_weights, interrupted.best_weights)
    assert (resumed.val_accuracy, resumed.test_accuracy) == (
        ended.val_accuracy,
        ended.test_accuracy,
    )
    epochs = [e for e in interrupted.metrics() if e["event"] == "EpochEnd"]
    whole_epochs = [to_dict(e) for e in of(EpochEnd, events)]
    for line in (*epochs, *whole_epochs):
        del line["seconds"], line["images_per_second"]
    assert epochs == whole_epochs


def test_a_stopped_run_has_both_checkpoints(config, store):
    run = store.create(config)
    fit(config, run, stop_after(3))
    assert run.best_weights.is_file()
    assert run.last_weights.is_file()
    assert load_state(run.state)["position"]["step"] == 3


def test_a_training_stopped_while_data_is_loaded_loses_nothing(config, store, monkeypatch):
    config = config.with_values({"data.image_size": 16, "optim.epochs": 2})
    run, whole = store.create(config), store.create(config)
    ended, _ = fit(config, run, lambda: True)
    assert (ended.status, ended.epochs) == ("stopped", 0)
    assert run.status.observed is RunStatus.STOPPED
    assert find_resumable_run(store, run.id) == ResumableRun(run.id, has_checkpoint=False)
    fit(config, whole)
    epochs = []
    Trainer(config, run).fit(
        lambda event: epochs.extend(of(EpochEnd, [event])), lambda: bool(epochs)
    )
    with monkeypatch.context() as patch:  # what was resized is cached by now
        patch.setattr("studio.training.preparation.load_dataset", stop)
        ended, _ = fit(config, run)
    assert (ended.epochs, ended.val_accuracy) == (1, epochs[0].val_accuracy)
    assert run.status.epochs_done == 1
    assert find_resumable_run(store, run.id) == ResumableRun(run.id, has_checkpoint=True)
    fit(config, run)
    assert same_weights(run.last_weights, whole.last_weights)
    logged = [line["event"] for line in run.metrics()]
    assert (logged.count("EpochEnd"), logged.count("FitEnded")) == (2, 1)


def stop(*_):
    raise Stopped


def test_what_can_be_resumed(config, store):
    run = store.create(config)

    def found(**values):
        run.write_status(run.status.with_values(**values))
        return find_resumable_run(store, run.id)

    anew = ResumableRun(run.id, has_checkpoint=False)
    assert found() is None  # this process trains it
    assert found(pid=2**22 + 1) == found(status=RunStatus.STOPPED) == anew
    assert found(status=RunStatus.FAILED) is found(status=RunStatus.DIVERGED) is None
    assert found(status=RunStatus.STOPPED, epochs_done=2) is None  # its checkpoint was deleted
    run.state.touch()
    assert found(status=RunStatus.FAILED) == ResumableRun(run.id)
    assert found(status=RunStatus.FINISHED) is None
    (run.path / "config.toml").write_text("[model", encoding="utf-8")
    assert found(status=RunStatus.STOPPED) is None


def test_max_steps_ends_in_the_middle_of_an_epoch(config, store):
    config = config.with_values({"engine.max_steps": 7})
    ended, events = fit(config, store.create(config))
    assert of(EpochEnd, events)[-1].step == 7
    assert ended.status == "finished"


def test_a_loss_that_is_not_finite_ends_the_run_with_a_hint(config, store):
    config = config.with_values(
        {"optim.optimizer": "sgd", "optim.lr": 10.0, "model.norm": "none", "optim.epochs": 20}
    )
    run = store.create(config)
    with pytest.raises(DivergedError, match="Lower the learning rate"):
        fit(config, run)
    assert run.status.observed is RunStatus.DIVERGED
    assert "number" in run.status.reason


def test_missing_data_fails_the_run_with_the_reason(config, store):
    config = config.with_values({"data.source": "mnist"})
    run = store.create(config)
    with pytest.raises(DatasetError):
        fit(config, run)
    assert run.status.observed is RunStatus.FAILED
    assert "MNIST is not in" in run.status.reason


def test_an_error_of_the_callback_fails_the_run(config, store):
    run = store.create(config)

    def broken(event):
        raise RuntimeError("the listener broke")

    with pytest.raises(RuntimeError, match="the listener broke"):
        Trainer(config, run).fit(broken)
    assert run.status.observed is RunStatus.FAILED


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw"])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_every_optimizer_and_precision_takes_steps(config, store, optimizer, precision):
    config = config.with_values(
        {
            "optim.optimizer": optimizer,
            "engine.precision": precision,
            "engine.max_steps": 3,
            "optim.ema": 0.0,
        }
    )
    ended, _ = fit(config, store.create(config))
    assert ended.precision == precision
    assert ended.status == "finished"


def test_a_second_training_of_a_run_is_refused_and_changes_nothing(config, store):
    run, refusals = store.create(config), []

    def train_again(event):
        if isinstance(event, StepEnd):
            before = run.metrics(), run.status
            with pytest.raises(RunLockedError) as refusal:
                Trainer(config, run).fit()
            refusals.append(refusal.value)
            assert (run.metrics(), run.status) == before

    ended = Trainer(config.with_values({"engine.max_steps": 3}), run).fit(train_again)
    assert ended.status == "finished"
    assert run.status.observed is RunStatus.FINISHED
    assert f"process {os.getpid()}" in str(refusals[0])


def test_every_line_of_the_metrics_becomes_an_event(finished):
    run, _, events = finished()
    assert [from_dict(line) for line in run.metrics()] == events
    assert from_dict({"event": "Later", "step": 1}) is None
    assert from_dict({"event": "StepEnd", "step": 1}) is None
