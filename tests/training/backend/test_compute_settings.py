"""The compute settings of a training: defaults, calibration, records and resuming."""

import pytest
import torch
from safetensors.torch import load_file

from studio.config import EngineConfig, TrainConfig
from studio.runs.checkpoints import load_state, save_state
from studio.training import Trainer
from studio.training.backend import calibration
from studio.training.backend.compute_settings import (
    ComputeSettings,
    default_settings,
    resume_settings,
)
from studio.training.events import FitStarted, StepEnd, describe_compute
from tests.training.fitting import stop_after

pytestmark = pytest.mark.numeric

CALIBRATED = ComputeSettings("float32", "contiguous", 1, "calibrated")


def fit(config, run, should_stop=lambda: False):
    events = []
    Trainer(config, run).fit(events.append, should_stop)
    return events


@pytest.fixture
def calibrated(config, monkeypatch):
    """A config whose calibration finds contiguous memory to be fastest."""
    monkeypatch.setattr(calibration, "MIN_TRAINING_S", 0)
    monkeypatch.setattr(calibration, "find_fastest", lambda *_: (CALIBRATED, True))
    return config.with_values({"engine.memory_format": "auto"})


def test_chosen_settings_are_used_and_the_others_are_defaults():
    default = default_settings(TrainConfig(engine=EngineConfig(precision="float32")), "cpu")
    assert (default.memory_format, default.reason) == ("channels_last", "default")
    assert default.torch_memory_format is torch.channels_last
    settings = EngineConfig(precision="bfloat16", memory_format="contiguous", threads=2)
    chosen = default_settings(TrainConfig(engine=settings), "cpu")
    assert chosen == ComputeSettings("bfloat16", "contiguous", 2, "chosen")
    assert (chosen.torch_dtype, chosen.torch_memory_format) == (
        torch.bfloat16,
        torch.contiguous_format,
    )


def test_the_run_records_the_calibrated_settings(calibrated, store):
    run = store.create(calibrated)
    started = fit(calibrated, run, stop_after(3))[0]
    assert isinstance(started, FitStarted)
    assert (started.memory_format, started.engine_reason) == ("contiguous", "calibrated")
    assert describe_compute(started) == "float32, contiguous, 1 thread (calibrated)"
    assert run.record["memory_format"] == "contiguous"
    assert run.record["engine_reason"] == "calibrated"
    # The configuration keeps the choice of the user.
    assert run.config.engine.memory_format == "auto"


@pytest.mark.parametrize("layers", ["native", "scratch"])
def test_memory_formats_give_the_same_losses(config, store, layers):
    config = config.with_values({"model.layers": layers, "engine.max_steps": 4})
    losses = []
    for memory_format in ("channels_last", "contiguous"):
        chosen = config.with_values({"engine.memory_format": memory_format})
        events = fit(chosen, store.create(chosen))
        losses.append([event.loss for event in events if isinstance(event, StepEnd)])
    assert losses[0] == pytest.approx(losses[1], rel=1e-3)


def test_a_resumed_run_keeps_its_settings_and_gives_the_same_bits(calibrated, store, monkeypatch):
    uninterrupted, interrupted = store.create(calibrated), store.create(calibrated)
    fit(calibrated, uninterrupted)
    fit(calibrated, interrupted, stop_after(5))
    # A new calibration would have another result.
    other = ComputeSettings("float32", "channels_last", 1, "calibrated")
    monkeypatch.setattr("studio.training.preparation.calibrate_settings", lambda *_: other)
    started = fit(calibrated, interrupted)[0]
    assert (started.memory_format, started.engine_reason) == ("contiguous", "resumed")
    expected, actual = load_file(uninterrupted.last_weights), load_file(interrupted.last_weights)
    assert all(torch.equal(expected[name], actual[name]) for name in expected)


def test_a_run_of_an_earlier_version_resumes_with_its_threads(config, store, calibrated):
    run = store.create(calibrated)
    fit(config, run, stop_after(5))
    state = load_state(run.state)
    del state["engine"]
    save_state(run.state, state | {"threads": 1})
    started = fit(calibrated, run)[0]
    assert (started.memory_format, started.threads) == ("channels_last", 1)


def test_on_another_device_or_machine_a_run_resumes_with_the_defaults():
    default = ComputeSettings("float32", "channels_last", 7)
    state = {"device": "cpu", "engine": CALIBRATED.state_dict()}
    assert resume_settings(state, default, "cpu") == ComputeSettings(
        "float32", "contiguous", 1, "resumed"
    )
    assert resume_settings(state, default, "cuda") is default
    state["engine"]["machine"] = "another one"
    assert resume_settings(state, default, "cpu") is default
