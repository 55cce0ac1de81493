"""A measurement of a real model, and the disk space of a real run."""

import pytest

from studio.callbacks import ignore_progress, never_stop
from studio.errors import Stopped
from studio.recipes import load_recipe
from studio.runs import RunStore
from studio.training.forecast import child
from studio.training.forecast.calibration import Calibration
from studio.training.forecast.disk import run_bytes
from studio.training.forecast.split_sizes import SplitSizes
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
    assert expected == pytest.approx(size, rel=0.1)
