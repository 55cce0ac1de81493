"""A training whose numbers are no longer finite never writes over a good checkpoint."""

import itertools
import math

import pytest

from studio.errors import DivergedError
from studio.runs import RunStatus
from studio.runs.checkpoints import load_state
from studio.training import Trainer
from studio.training.events import EpochEnd, RolledBack, SettingsChanged, StepEnd
from studio.training.train_step import TrainStep
from tests.training.fitting import fit, of, same_history, same_weights, stop_after

pytestmark = pytest.mark.numeric

SAVED = "state.pt", "weights/last.safetensors", "weights/best.safetensors"


@pytest.fixture
def quiet(config):
    """No loss is read before the end of an epoch, which has five steps."""
    return config.with_values({"engine.log_every": 1000, "optim.schedule": "constant"})


@pytest.fixture
def diverge(monkeypatch):
    """Make one number of a training NaN after a step, counted from 1."""

    def install(after, find_tensor):
        step, calls = TrainStep.step, itertools.count(1)

        def step_and_diverge(self, images, labels):
            result = step(self, images, labels)
            if next(calls) == after:
                find_tensor(self).view(-1)[0] = math.nan
            return result

        monkeypatch.setattr(TrainStep, "step", step_and_diverge)

    return install


def a_weight(train_step):
    return next(train_step.model.parameters()).data


def a_moment(train_step):
    return next(iter(train_step.optimizer.state.values()))["exp_avg"]


def a_mean_weight(train_step):
    return next(train_step.ema.model.parameters()).data


@pytest.mark.parametrize("find_tensor", [a_weight, a_moment, a_mean_weight])
def test_a_stop_between_two_loss_readings_keeps_the_checkpoint(quiet, store, diverge, find_tensor):
    run = store.create(quiet)
    fit(quiet, run, stop_after(6))
    before = [(run.path / name).read_bytes() for name in SAVED]
    diverge(2, find_tensor)
    with pytest.raises(DivergedError, match=r"checkpoint, of step 6, is kept") as caught:
        fit(quiet, run, stop_after(2))
    assert "noticed at step 8" in caught.value.message
    assert run.status.observed is RunStatus.DIVERGED
    assert [(run.path / name).read_bytes() for name in SAVED] == before
    resumed, events = fit(quiet, run, stop_after(2))
    assert resumed.status == "stopped"
    (changed,) = of(SettingsChanged, events)
    assert (changed.step, changed.changes) == (6, {"optim.lr": quiet.optim.lr / 2})
    assert load_state(run.state)["position"]["step"] == 8


def test_the_timed_checkpoint_is_not_written(quiet, store, diverge, monkeypatch):
    monkeypatch.setattr("studio.training.loop.CHECKPOINT_INTERVAL_S", 0.0)
    diverge(3, a_weight)
    run = store.create(quiet)
    with pytest.raises(DivergedError, match=r"checkpoint, of step 2, is kept"):
        fit(quiet, run)
    assert load_state(run.state)["position"]["step"] == 2


def test_no_checkpoint_is_promised_where_there_is_none(quiet, store, diverge):
    diverge(2, a_weight)
    run = store.create(quiet)
    with pytest.raises(DivergedError, match="Lower the learning rate") as caught:
        fit(quiet, run, stop_after(3))
    assert "kept" not in caught.value.hint
    assert not run.state.exists()
    assert not run.best_weights.exists()
    assert run.status.observed is RunStatus.DIVERGED


@pytest.fixture
def too_fast(monkeypatch):
    """Weights become NaN in step `step`, counted from 1, at a learning rate above `rate`."""

    def install(step, rate):
        original = TrainStep.step

        def step_and_diverge(self, images, labels):
            result = original(self, images, labels)
            state = next(iter(self.optimizer.state.values()))
            if int(state["step"]) == step and self.lr > rate:
                a_weight(self).view(-1)[0] = math.nan
            return result

        monkeypatch.setattr(TrainStep, "step", step_and_diverge)

    return install


@pytest.mark.parametrize("step", [3, 8])  # before and after the first checkpoint of an epoch
def test_a_training_rolls_back_with_half_the_rate(config, store, too_fast, step):
    config = config.with_values({"optim.on_divergence": "roll_back", "optim.schedule": "constant"})
    too_fast(step, config.optim.lr * 0.4)
    run = store.create(config)
    ended, events = fit(config, run)
    assert ended.status == "finished"
    first, second = of(RolledBack, events)
    good = 5 if step > 5 else 0
    # The loss is read every second step, and after the step that made a weight NaN.
    assert (first.to_step, second.to_step) == (good, good)
    assert good < step < first.step <= step + 2
    assert [first.lr, second.lr] == [config.optim.lr / 2, config.optim.lr / 4]
    assert "no longer a finite number" in first.reason
    lines = run.metrics()
    steps = [line["step"] for line in lines if line["event"] in ("StepEnd", "EpochEnd")]
    assert steps == sorted(steps)
    assert [e.epoch for e in of(EpochEnd, events)] == [1, 2, 3]
    # Killed after the rollback, it ends with the same bits.
    killed = store.create(config)

    def kill(event):
        if isinstance(event, StepEnd) and event.step > first.step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Trainer(config, killed).fit(kill)
    fit(config, killed)
    assert same_weights(killed.last_weights, run.last_weights)
    assert same_history(killed, run)


def test_a_training_rolls_back_three_times_at_most(config, store, too_fast):
    config = config.with_values({"optim.on_divergence": "roll_back", "optim.schedule": "constant"})
    too_fast(3, 0.0)
    run = store.create(config)
    events = []
    with pytest.raises(DivergedError, match="3 times before"):
        Trainer(config, run).fit(events.append)
    assert len(of(RolledBack, events)) == 3
    assert run.status.observed is RunStatus.DIVERGED
    assert load_state(run.state)["position"]["step"] == 0
