"""vgg-studio lr-find, and the forecast at the start of a training."""

import pytest

from studio.data.dataset_shape import shape_from_config
from studio.recipes import load_recipe
from studio.training.forecast import Calibrations
from studio.training.forecast.estimate import fit_to_data
from studio.training.lr_finder import RateCurve
from studio.training.lr_finder.rate_curve import sweep_rates
from tests.fixed_engine import FIXED_ENGINE, to_options
from tests.training.forecast.test_estimate import calibration

QUICK = to_options(FIXED_ENGINE)


@pytest.mark.numeric
def test_lr_find_suggests_a_rate_and_saves_nothing(ask, tmp_path) -> None:
    code, found = ask("lr-find", "digits-quickstart", "--steps", 60, *QUICK)
    assert code == 0
    assert 1e-5 < found["suggested_lr"] < 0.1
    assert found["lr"] == 0.004
    assert found["suggestions"].keys() == {"valley", "steepest", "minimum"}
    assert len(found["rates"]) == len(found["losses"]) == len(found["smoothed"]) <= 60
    assert not (tmp_path / "runs").exists()


def test_lr_find_says_how_to_use_the_rate(cli, monkeypatch) -> None:
    rates = sweep_rates(1e-7, 10, 100)
    losses = [2.3 - 2 / (1 + (1e-3 / rate) ** 2) for rate in rates]
    curves = [
        RateCurve.from_losses(rates.tolist(), values, False, "cpu")
        for values in (losses, [2.0] * 100)
    ]
    monkeypatch.setattr("studio.cli.lr_find.find_learning_rate", lambda *args: curves.pop(0))
    code, out, _ = cli("lr-find", "digits-quickstart")
    assert code == 0
    assert "a tenth of the rate with the lowest loss" in out
    assert "vgg-studio train digits-quickstart --set optim.lr=" in out
    code, out, _ = cli("lr-find", "digits-quickstart")
    assert (code, "nothing is suggested" in out) == (0, True)


def test_an_unknown_recipe_is_one_clear_line(cli) -> None:
    code, _, err = cli("lr-find", "digit-quickstart")
    assert code == 2
    assert "There is no recipe “digit-quickstart”" in err


def test_a_training_begins_with_its_forecast(cli, tmp_path) -> None:
    config = load_recipe("digits-quickstart").config.with_values(FIXED_ENGINE)
    shape = shape_from_config(config.data)
    fitted = fit_to_data(config, shape)
    Calibrations(tmp_path / "data").remember(fitted, calibration(fitted))
    code, _, err = cli("train", "digits-quickstart", "--max-steps", 1, *QUICK)
    assert code == 0
    assert "Forecast: 3.1 s, 183 MB of memory" in err  # 2 s of it before the first step
    assert "on the disk" in err
