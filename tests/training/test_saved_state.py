"""States of strangers: whatever a file of tensors contains, resuming it is one clear error."""

import copy

import pytest
import torch

from studio.errors import CheckpointError
from studio.recipes import load_recipe
from studio.runs import Run, RunStore
from studio.runs.checkpoints import load_state, save_state
from studio.training import Trainer
from studio.training.saved_state import read_saved_state
from tests.fixed_engine import FIXED_ENGINE
from tests.training.fitting import fit, stop_after

pytestmark = pytest.mark.numeric


@pytest.fixture(scope="module")
def stopped(tmp_path_factory):
    """A small run that was stopped in its second epoch, and its state."""
    config = load_recipe("digits-quickstart").config.with_values(
        FIXED_ENGINE | {"model.filters": [[4]], "model.hidden": [], "data.subset": 300}
    )
    run = RunStore(tmp_path_factory.mktemp("runs")).create(config)
    fit(config, run, stop_after(7))
    return run, load_state(run.state)


def changed(state, path, value):
    """A copy of a state with another value at a path of keys; without it where it is `None`."""
    state = copy.deepcopy(state)
    *parents, last = path
    target = state
    for key in parents:
        target = target[key]
    if value is None:
        del target[last]
    else:
        target[last] = value
    return state


def parameter(state):
    return next(iter(state["learner"]["network"]))


MEANINGLESS = [
    *(((name,), None) for name in ("position", "meter", "learner", "log_bytes")),
    *((("learner", name), None) for name in ("network", "optimizer", "draws", "torch_rng")),
    (("position",), [1, 2]),
    (("meter",), [1.0]),
    (("log_bytes",), -1),
    (("log_bytes",), "many"),
    (("engine",), {"threads": 2}),
    (("engine", "threads"), 100_000),
    (("normalization",), [[1.0], [0.0]]),
    (("learner", "network"), {"a": 3}),
    (("learner", "parts"), 0),
]


@pytest.mark.parametrize(("path", "value"), MEANINGLESS)
def test_a_state_that_lacks_something_is_refused_by_name(stopped, path, value, tmp_path):
    _, state = stopped
    other = Run(tmp_path)
    save_state(other.state, changed(state, path, value))
    with pytest.raises(CheckpointError, match="is not a training state") as caught:
        read_saved_state(other)
    assert path[0] in caught.value.message


OF_ANOTHER_TRAINING = [
    (("position", "batch"), 1000),
    (("position", "epoch"), -1),
    (("position", "step"), "two"),
    (("position", "last"), {"epoch": 1}),
    (("learner", "optimizer", "param_groups"), []),
    (("learner", "optimizer", "param_groups", 0, "betas"), "ab"),
    (("learner", "optimizer", "param_groups", 0, "eps"), "small"),
    (("learner", "optimizer", "param_groups", 0, "fused"), 3.5),
    (("learner", "optimizer", "state", 0), {"step": torch.tensor(1.0)}),
    (("learner", "optimizer", "state", 0, "exp_avg"), torch.zeros(3)),
    (("learner", "optimizer", "state", 0, "step"), torch.zeros(3)),
    (("learner", "draws"), torch.zeros(4)),
    (("learner", "torch_rng"), torch.zeros(4, dtype=torch.uint8)),
    (("learner", "network"), {"a": torch.zeros(2)}),
]


@pytest.mark.parametrize(("path", "value"), OF_ANOTHER_TRAINING)
def test_the_state_of_another_training_is_refused_before_the_first_step(stopped, path, value):
    run, state = stopped
    save_state(run.state, changed(state, path, value))
    with pytest.raises(CheckpointError, match="does not belong to this training") as caught:
        Trainer(run.config, run).fit(pytest.fail)
    assert "\n" not in str(caught.value)


def test_the_unchanged_state_resumes(stopped):
    run, state = stopped
    save_state(run.state, state)
    ended, _ = fit(run.config.with_values({"optim.epochs": 2}), run)
    assert ended.status == "finished"
