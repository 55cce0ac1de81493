"""The mock training of the learning-rate finder, on the real digits."""

import math

import pytest
import torch

from studio.callbacks import ignore_progress, never_stop
from studio.errors import DatasetError, Stopped
from studio.recipes import load_recipe
from studio.training.lr_finder import find_learning_rate
from studio.training.lr_finder import sweep as sweep_module
from tests.fixed_engine import FIXED_ENGINE


def digits(**settings):
    return load_recipe("digits-quickstart").config.with_values(FIXED_ENGINE | settings)


@pytest.fixture
def run_sweep(tmp_path, monkeypatch):
    """Runs sweeps in this process, at the priority of the tests."""
    monkeypatch.setattr(sweep_module, "lower_process_priority", lambda: None)

    def run(config, steps=30, on_progress=ignore_progress, should_stop=never_stop):
        folders = str(tmp_path / "data"), str(tmp_path / "runs")
        return sweep_module.sweep(config.to_dict(), *folders, steps, on_progress, should_stop)

    return run


@pytest.mark.numeric
def test_a_sweep_is_the_same_every_time(run_sweep) -> None:
    messages = []
    first = run_sweep(digits(), on_progress=lambda done, text: messages.append((done, text)))
    second = run_sweep(digits())
    assert first["losses"] == second["losses"]
    assert len(first["rates"]) == 30  # more steps than an epoch has
    assert all(map(math.isfinite, first["losses"]))
    assert messages[-1][0] == 1.0
    assert messages[-1][1].startswith("Step 30 of 30: learning rate 5.4e+00, loss ")
    assert [done for done, _ in messages] == sorted(done for done, _ in messages)


def test_it_ends_where_the_loss_diverges(run_sweep, monkeypatch) -> None:
    monkeypatch.setattr(sweep_module, "DIVERGED", 1.001)  # any rise
    result = run_sweep(digits())
    assert result["diverged"]
    assert len(result["rates"]) == len(result["losses"]) < 30


def test_nothing_changes_and_a_stop_is_at_once(tmp_path) -> None:
    before = torch.get_rng_state()
    calls = iter([False, True])
    with pytest.raises(Stopped):
        find_learning_rate(
            digits(), tmp_path / "data", tmp_path / "runs", should_stop=lambda: next(calls)
        )
    assert torch.equal(torch.get_rng_state(), before)
    assert not (tmp_path / "runs").exists()


def test_missing_data_is_an_error_with_a_next_step(run_sweep) -> None:
    with pytest.raises(DatasetError):
        run_sweep(load_recipe("simple-vgg-mnist").config)
