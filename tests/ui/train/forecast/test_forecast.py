"""The forecast above the Train button, in a real window; the measurement itself is replaced."""

import pytest

from studio.errors import StudioError
from studio.training.events import FitEnded, FitStarted, StepEnd
from studio.training.forecast import Forecast, forecast
from studio.training.forecast.correction import MeasuredRun
from studio.training.forecast.estimate import fit_to_data, remembered
from studio.training.forecast.split_sizes import SplitSizes
from studio.ui.context import StudioContext
from studio.ui.train import forecast_controller
from studio.ui.train.forecast.forecast_text import cost_text, ended_text, running_text
from studio.ui.train.forecast.run_forecast import Plan, RunForecast
from tests.training.forecast.test_estimate import calibration, recipe
from tests.ui.train.conftest import child, click

LONG = 60_000
COST = Forecast(0.34, 12.3, 304_000_000, 6_060_000, True, 40, "cpu", 10.0)


@pytest.fixture
def measured(monkeypatch):
    """Lets windows measure at once, by a function that remembers round times."""
    calls = []

    def calibrate(config, data_dir, runs_dir, shape, on_progress, should_stop, sizes):
        calls.append((config, sizes))
        if config.optim.batch_size == 13:
            raise StudioError("It does not fit.", "Use another.")
        found = calibration(config)
        remembered(data_dir).remember(fit_to_data(config, shape), found)
        return found

    monkeypatch.setattr(StudioContext, "measures_speed", True)
    monkeypatch.setattr(forecast_controller, "SETTLE_MS", 0)
    monkeypatch.setattr(forecast_controller, "_WARM_UP_MS", 0)
    monkeypatch.setattr(forecast_controller, "calibrate", calibrate)
    return calls


def test_a_network_is_measured_once_and_shown(measured, make_page, qtbot) -> None:
    page = make_page()
    shown, detail = child(page, "forecast_label"), child(page, "forecast_detail")
    assert shown.text() == ""
    page.context.load_torch()
    qtbot.waitUntil(lambda: shown.text().startswith("About "), timeout=LONG)
    assert " · 18" in shown.text()  # 100 MB, scikit-learn and the images
    assert "/ epoch" in detail.text()
    assert shown.accessibleName().startswith("Forecast: About ")
    assert "Measured with this network" in shown.toolTip()
    # What does not change the time of a step needs no measurement.
    child(page, "epochs_spin").setValue(80)
    child(page, "lr_spin").setValue(0.01)
    qtbot.waitUntil(lambda: "80 epochs" in shown.toolTip())
    assert len(measured) == 1
    # A network that cannot be measured is tried once, and estimated.
    child(page, "batch_spin").setValue(13)
    qtbot.waitUntil(lambda: len(measured) == 2 and shown.text().startswith("Roughly "))
    qtbot.waitUntil(lambda: detail.text() != "measuring…")
    child(page, "epochs_spin").setValue(2)
    assert len(measured) == 2
    child(page, "batch_spin").setValue(64)
    qtbot.waitUntil(lambda: shown.text().startswith("About "))
    assert len(measured) == 2


def test_an_alternative_fills_the_form(make_page, qtbot) -> None:
    page = make_page()
    config, shape = recipe("digits-quickstart")
    remembered(page.context.data_dir).remember(fit_to_data(config, shape), calibration(config))
    page.choose_recipe("vgg19-cifar10")
    warning, offer = child(page, "forecast_warning"), child(page, "forecast_alternative")
    assert warning.isVisible()
    assert warning.text().startswith("VGG-19 for CIFAR here: about ")
    assert child(page, "forecast_label").text().startswith("Roughly ")
    click(qtbot, page, "forecast_alternative")
    assert child(page, "variant_combo").currentData() in ("tiny-vgg", "simple-vgg", "mini-vgg-v1")
    assert child(page, "dataset_combo").currentData() == "cifar10"
    page.choose_recipe("digits-quickstart")
    assert not warning.isVisible()
    assert not offer.isVisible()


@pytest.fixture
def followed():
    """A training of digits that is followed from its start at second 100."""
    config, shape = recipe("digits-quickstart")
    return RunForecast(Plan(config, COST, shape, SplitSizes(1151, 287, 359)), 100.0)


def started(step=0):
    texts = dict.fromkeys(("run", "recipe", "device", "device_reason", "precision"), "cpu")
    numbers = {"epochs": 40, "steps_per_epoch": 18, "total_steps": 720, "parameters": 1}
    images = {"train_images": 1151, "val_images": 287, "test_images": 359}
    return FitStarted(**texts, **numbers, **images, threads=1, step=step)


def ended(status="finished"):
    return FitEnded(status, "run", 40, 40, 0.9, 0.9, 0.9, 900.0, 18.0, 1, "cpu", "float32", "last")


def test_steps_correct_the_forecast_of_a_run(followed) -> None:
    assert followed.text().text == "About 12 s · 300 MB"
    followed.add(started(), 101.0)
    followed.add(StepEnd(5, 1, 1.0, 0.1, 1.0, 0.2), 102.0)
    assert followed.text().text == "About 12 s · 300 MB"  # too early to say
    followed.add(StepEnd(72, 4, 1.0, 0.1, 1.0, 2.0), 103.0)
    assert followed.text().text == "Now about 22 s in all"
    followed.set_paused(True, 104.0)
    followed.set_paused(False, 204.0)
    followed.add(ended(), 224.0)
    assert followed.text().text == "Took 24 s"
    assert followed.text().detail == "forecast 12 s (49 % less)"
    assert followed.measured() == MeasuredRun(24.0, 1.0, 18.0, 720, 40)


@pytest.mark.parametrize(("step", "status"), [(18, "finished"), (0, "stopped")])
def test_a_part_of_a_run_is_not_compared(followed, step, status) -> None:
    followed.add(started(step), 101.0)
    followed.add(ended(status), 110.0)
    assert followed.measured() is None
    assert followed.text().text == "About 12 s · 300 MB"


def test_the_texts_say_what_is_known() -> None:
    assert cost_text(None, False).text == ""
    assert cost_text(None, True).text == "Measuring the speed of this network"
    assert cost_text(COST, False).detail == "0.3 s / epoch · 6.1 MB disk"
    assert cost_text(COST, True).detail == "measuring…"
    assert running_text(COST, 7200).text == "Now about 2 h in all"
    assert ended_text(COST, 12.3).detail == "forecast 12 s (exact)"


def test_a_run_in_the_window_is_compared_and_learned_from(measured, make_page, qtbot) -> None:
    page = make_page()
    child(page, "epochs_spin").setValue(1)
    page.context.load_torch()
    shown = child(page, "forecast_label")
    qtbot.waitUntil(lambda: shown.text().startswith("About "), timeout=LONG)
    with qtbot.waitSignal(page.idle, timeout=LONG):
        click(qtbot, page, "train_button")
    assert shown.text().startswith("Took ")
    assert child(page, "forecast_detail").text().startswith("forecast ")
    config, shape = recipe("digits-quickstart")
    learned = remembered(page.context.data_dir).find(fit_to_data(config, shape))
    assert learned != calibration(config)
    assert forecast(config, remembered(page.context.data_dir), shape).is_measured
