"""A measurement of a real model, and the disk space of a real run."""

import pytest
import torch

from studio.callbacks import ignore_progress, never_stop
from studio.errors import Stopped
from studio.models import build_model
from studio.recipes import load_recipe
from studio.runs import RunStore
from studio.training.forecast import child
from studio.training.forecast.calibration import Calibration
from studio.training.forecast.disk import optimizer_values, run_bytes
from studio.training.forecast.memory import images_per_chunk
from studio.training.forecast.split_sizes import SplitSizes
from studio.training.optimizer import build_optimizer
from studio.training.prediction import chunk_size
from tests.fixed_engine import FIXED_ENGINE
from tests.training.fitting import fit

SIZES = SplitSizes(1151, 287, 359)


def digits(**settings):
    changes = FIXED_ENGINE | {"model.image_size": 8} | settings
    return load_recipe("digits-quickstart").config.with_values(changes)


@pytest.fixture
def quick(monkeypatch):
    """Measures in a tenth of the time, and at the priority of the tests."""
    for name in ("_SETTLING_S", "_STEPS_S", "_PREDICT_S"):
        monkeypatch.setattr(child, name, 0.05)
    monkeypatch.setattr(child, "lower_process_priority", lambda level: None)


def measure(config, tmp_path, should_stop=never_stop):
    sizes = [SIZES.train, SIZES.val, SIZES.test]
    folders = str(tmp_path / "data"), str(tmp_path / "runs")
    values = child.measure_model(
        config.to_dict(), sizes, 10, *folders, ignore_progress, should_stop
    )
    return Calibration.from_dict(values)


def test_a_model_is_measured_without_data(quick, tmp_path) -> None:
    measured = measure(digits(), tmp_path)
    assert (measured.device, measured.precision, measured.threads) == ("cpu", "float32", 1)
    times = measured.step_s, measured.predict_s, measured.epoch_s
    assert all(0 < seconds < 5 for seconds in times)
    assert measured.feature_s == 0
    assert measured.memory_bytes > 0
    assert not (tmp_path / "runs").exists()


def test_frozen_layers_are_measured_without_their_weights(quick, tmp_path) -> None:
    measured = measure(digits(**{"model.backbone": "imagenet"}), tmp_path)
    assert measured.feature_s > measured.predict_s  # of the head alone


def test_a_measurement_can_be_stopped(quick, tmp_path) -> None:
    with pytest.raises(Stopped):
        measure(digits(), tmp_path, lambda: True)


def test_the_disk_space_is_that_of_a_run(tmp_path) -> None:
    settings = {"optim.epochs": 3, "engine.keep_weights": "powers_of_two", "engine.log_every": 5}
    config = digits(**settings)
    run = RunStore(tmp_path / "runs").create(config)
    ended, _ = fit(config, run)
    assert ended.status == "finished"
    size = sum(path.stat().st_size for path in run.path.rglob("*") if path.is_file())
    expected = run_bytes(config, SIZES, epochs=3, steps=54, classes=10)
    assert expected == pytest.approx(size, rel=0.05)


@pytest.mark.parametrize(
    "settings",
    [
        {"optim.optimizer": "sgd", "optim.momentum": 0},
        {"optim.optimizer": "sgd", "optim.momentum": 0.9},
        {"optim.optimizer": "adam"},
        {"optim.optimizer": "adamw"},
        {"optim.optimizer": "muon"},
        {"optim.optimizer": "muon", "model.norm": "batch"},
    ],
    ids=lambda settings: " ".join(map(str, settings.values())),
)
def test_the_values_of_an_optimizer_are_those_that_it_keeps(settings) -> None:
    config = digits(**settings)
    model = build_model(config.model)
    optimizer = build_optimizer(config.optim, list(model.parameters()), 0.01)
    for parameter in model.parameters():
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    kept = [
        value
        for values in optimizer.state.values()
        for name, value in values.items()
        if name != "step" and value is not None
    ]
    assert optimizer_values(config) == sum(value.numel() for value in kept)


@pytest.mark.parametrize("side", [8, 28, 32, 64, 224, 2000])
def test_as_many_images_are_predicted_at_a_time_as_estimated(side) -> None:
    assert images_per_chunk(side) == chunk_size(torch.empty(1, 1, side, side, device="meta"))
