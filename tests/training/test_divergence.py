"""A training whose numbers are no longer finite never writes over a good checkpoint."""

import itertools
import math

import pytest

from studio.errors import StudioError
from studio.runs import RunStatus
from studio.runs.checkpoints import load_state
from studio.training.train_step import TrainStep
from tests.training.fitting import fit, stop_after

pytestmark = pytest.mark.numeric

SAVED = "state.pt", "weights/last.safetensors", "weights/best.safetensors"


@pytest.fixture
def quiet(config):
    """No loss is read before the end of an epoch, which has five steps."""
    return config.with_values({"engine.log_every": 1000})


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
    with pytest.raises(StudioError, match=r"checkpoint, of step 6, is kept") as caught:
        fit(quiet, run, stop_after(2))
    assert "noticed at step 8" in caught.value.message
    assert run.status.observed is RunStatus.FAILED
    assert [(run.path / name).read_bytes() for name in SAVED] == before
    resumed, _ = fit(quiet, run, stop_after(2))
    assert resumed.status == "stopped"
    assert load_state(run.state)["position"]["step"] == 8


def test_the_timed_checkpoint_is_not_written(quiet, store, diverge, monkeypatch):
    monkeypatch.setattr("studio.training.loop.CHECKPOINT_INTERVAL_S", 0.0)
    diverge(3, a_weight)
    run = store.create(quiet)
    with pytest.raises(StudioError, match=r"checkpoint, of step 2, is kept"):
        fit(quiet, run)
    assert load_state(run.state)["position"]["step"] == 2


def test_no_checkpoint_is_promised_where_there_is_none(quiet, store, diverge):
    diverge(2, a_weight)
    run = store.create(quiet)
    with pytest.raises(StudioError, match="Lower the learning rate") as caught:
        fit(quiet, run, stop_after(3))
    assert "kept" not in caught.value.hint
    assert not run.state.exists()
    assert not run.best_weights.exists()
