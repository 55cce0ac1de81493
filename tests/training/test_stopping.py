"""Ends before the last step: early stopping and a budget of time."""

from types import SimpleNamespace

import pytest

from studio.config import EngineConfig, OptimConfig
from studio.runs import RunStatus
from studio.training import Trainer
from studio.training.events import EpochEnd, FitStarted, fraction_done, remaining_seconds
from studio.training.loop import TrainingLoop
from studio.training.loop_state import LoopPosition
from studio.training.stopping import TimeBudget, count_waiting
from tests.training.fitting import fit, of, same_weights, stop_after


def waited(optim, figures):
    """The number of epochs since the last improvement, after each epoch."""
    position, counts = LoopPosition(), []
    for loss, accuracy in figures:
        count_waiting(optim, position, SimpleNamespace(val_loss=loss, val_accuracy=accuracy))
        counts.append(position.epochs_waited)
    return counts


def test_an_epoch_improves_by_more_than_the_smallest_change():
    losses = [(1.0, 0), (0.96, 0), (0.95, 0), (0.8, 0), (0.8, 0), (float("nan"), 0)]
    assert waited(OptimConfig(), losses) == [0, 0, 0, 0, 1, 2]
    assert waited(OptimConfig(min_change=0.04), losses) == [0, 1, 0, 0, 1, 2]
    accuracies = [(0, 0.5), (0, 0.51), (0, 0.53), (0, 0.4)]
    optim = OptimConfig(stop_metric="val_accuracy", min_change=0.02)
    assert waited(optim, accuracies) == [0, 1, 0, 1]


def test_processes_agree_on_the_slowest_ones_time():
    calls = []

    def all_reduce_max(values):
        calls.append(values)
        return [2 * value for value in values]

    collectives = SimpleNamespace(all_reduce_max=all_reduce_max)
    budget = TimeBudget(EngineConfig(max_minutes=2, log_every=10), collectives)
    position = LoopPosition(step=9, seconds=20, validation_seconds=4)
    budget.update(position)  # between two exchanges
    assert (position.time_fraction, calls) == (0, [])
    position.step = 10
    budget.update(position)
    assert position.time_fraction == pytest.approx(0.4)
    TimeBudget(EngineConfig(), collectives).update(position)
    assert len(calls) == 1


def test_progress_and_time_left_follow_the_budget():
    started = FitStarted("r", "", 0, 10, 1000, 1, "cpu", "", "float32", 1, 1, 1, 1, max_minutes=1)
    assert fraction_done(started, 100, 30) == 0.5
    assert fraction_done(started, 900, 30) == 0.9
    assert remaining_seconds(100, 1000, 30, 1) == 30
    assert remaining_seconds(100, 1000, 30) == 270


@pytest.fixture
def stalled(config):
    """A training of 4 steps per epoch, none of which improves the accuracy by more than 100 %."""
    values = {
        "optim.epochs": 9,
        "optim.batch_size": 64,
        "optim.patience": 2,
        "optim.min_change": 1.0,
        "optim.stop_metric": "val_accuracy",
        "data.subset": 300,
        "data.test_subset": 100,
        "model.filters": [[8], [16]],
    }
    return config.with_values(values)


@pytest.mark.numeric
def test_a_training_without_improvement_ends_early_also_when_it_was_interrupted(stalled, store):
    uninterrupted, interrupted = store.create(stalled), store.create(stalled)
    ended, events = fit(stalled, uninterrupted)
    epochs = of(EpochEnd, events)
    assert (ended.status, ended.ended_by, ended.epochs) == ("finished", "early stopping", 3)
    assert len(epochs) == 3
    assert ended.test_accuracy is not None
    assert uninterrupted.status.status is RunStatus.FINISHED
    stopped, _ = fit(stalled, interrupted, stop_after(7))
    assert (stopped.status, stopped.ended_by) == ("stopped", "")
    resumed, _ = fit(stalled, interrupted)
    assert (resumed.ended_by, resumed.epochs) == ("early stopping", 3)
    assert same_weights(uninterrupted.last_weights, interrupted.last_weights)


def test_a_training_killed_at_its_early_end_does_not_go_on(stalled, store):
    run = store.create(stalled)

    class KilledError(BaseException):
        pass

    def end(self, stopped):
        raise KilledError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TrainingLoop, "_end", end)
        with pytest.raises(KilledError):
            Trainer(stalled, run).fit()
    ended, events = fit(stalled, run)
    assert (ended.ended_by, ended.epochs, of(EpochEnd, events)) == ("early stopping", 3, [])


def test_patience_that_is_not_used_up_changes_nothing(stalled, store):
    plain, patient = (
        store.create(stalled.with_values({"optim.patience": p, "optim.epochs": 2})) for p in (0, 2)
    )
    fit(plain.config, plain)
    ended, _ = fit(patient.config, patient)
    assert ended.ended_by == ""
    assert same_weights(plain.last_weights, patient.last_weights)


def test_a_budget_of_minutes_ends_within_an_epoch_and_validates(stalled, store):
    values = {"optim.epochs": 10_000, "engine.max_minutes": 1e-6, "optim.schedule": "cosine"}
    run = store.create(stalled.with_values(values))
    assert run.config.length_text == "1e-06 minutes"
    ended, events = fit(run.config, run)
    (epoch,) = of(EpochEnd, events)
    assert (ended.ended_by, ended.status, epoch.step) == ("time budget", "finished", 1)
    (started,) = of(FitStarted, events)
    assert (started.epochs, started.max_minutes) == (0, 1e-6)
    assert ended.test_accuracy is not None
