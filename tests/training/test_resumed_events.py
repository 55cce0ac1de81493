"""What the events of a resumed training say: the learning rate, and where it began."""

import pytest

from studio.cli.training_log import TrainingLog
from studio.runs.checkpoints import load_state, save_state
from studio.training import loop
from studio.training.backend.compute_settings import describe_other_origin
from studio.training.backend.devices import describe_machine
from studio.training.events import EpochEnd, FitStarted, describe_resume
from tests.training.fitting import fit, of, stop_after

pytestmark = pytest.mark.numeric


def interrupt(_loop):
    raise KeyboardInterrupt


def test_an_epoch_that_ends_at_once_after_a_resume_has_its_learning_rate(
    config, store, monkeypatch
):
    config = config.with_values(
        {"optim.schedule": "cosine", "optim.epochs": 2, "optim.batch_size": 600}
    )
    whole = [event.lr for event in of(EpochEnd, fit(config, store.create(config))[1])]
    assert whole[0] not in (whole[1], config.optim.lr)
    run = store.create(config)
    with monkeypatch.context() as patch:
        # Saved after the last batch of the epoch, and ended before its validation.
        patch.setattr(loop, "CHECKPOINT_INTERVAL_S", -1)
        patch.setattr(loop.TrainingLoop, "_end_epoch", interrupt)
        with pytest.raises(KeyboardInterrupt):
            fit(config, run)
    assert [event.lr for event in of(EpochEnd, fit(config, run)[1])] == whole


def test_a_run_that_continues_on_another_machine_says_so(config, store, capsys):
    run = store.create(config)
    fit(config, run, stop_after(2))
    state = load_state(run.state)
    assert describe_other_origin(state, "cpu") == ""
    state["engine"]["machine"] = "Old processor, 4 cores, torch 2.10.0"
    save_state(run.state, state)
    started = fit(config, run, stop_after(1))[1][0]
    assert isinstance(started, FitStarted)
    note = describe_resume(started)
    assert "Old processor, 4 cores, torch 2.10.0" in note
    assert describe_machine() in note
    assert "not be bit for bit" in note
    TrainingLog(lambda *_: None)(started)
    assert note in capsys.readouterr().err


def test_runs_that_continue_where_they_began_say_nothing():
    here = {"device": "cpu", "engine": {"machine": describe_machine()}}
    assert describe_other_origin(here, "cpu") == ""
    assert describe_other_origin({"device": "cpu", "threads": 2}, "cpu") == ""  # version 0.1
    assert "“cpu”" in describe_other_origin(here, "cuda")
