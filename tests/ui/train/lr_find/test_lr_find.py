"""The learning-rate finder in a real window; the mock training itself is replaced."""

import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from studio.errors import Stopped, StudioError
from studio.training.lr_finder import RateCurve
from studio.training.lr_finder.rate_curve import sweep_rates
from studio.ui.train import lr_find_controller
from studio.ui.train.live.training_state import TrainingState
from studio.ui.train.lr_find.lr_find_dialog import LearningRateDialog
from studio.ui.train.lr_find.lr_find_text import visible_points
from tests.ui.train.conftest import child, click

LONG = 30_000


def curve(losses=None):
    rates = sweep_rates(1e-7, 10, 100)
    if losses is None:
        losses = 2.3 - 2 / (1 + (1e-3 / rates) ** 2)
        losses[-12:] = np.geomspace(1, 1e6, 12)
    return RateCurve.from_losses(rates.tolist(), list(losses), True, "cpu", "float32", 4.0)


@pytest.fixture
def find(monkeypatch):
    """Replaces the mock training: `outcomes` are returned or raised, one for each attempt."""
    outcomes, released = [], threading.Event()

    def find_learning_rate(config, data_dir, runs_dir, on_progress, should_stop):
        on_progress(0.37, "Step 37 of 100: learning rate 2.1e-05, loss 2.214")
        outcome = outcomes.pop(0)
        if outcome is None:  # works until it is stopped
            while not should_stop():
                released.wait(0.005)
            raise Stopped
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(lr_find_controller, "find_learning_rate", find_learning_rate)
    return outcomes


def dialog_of(page):
    return page.findChild(LearningRateDialog)


def part(page, name):
    return dialog_of(page).findChild(QWidget, name)


def test_a_suggestion_is_taken_with_one_click(find, make_page, qtbot) -> None:
    find.append(curve())
    page = make_page()
    click(qtbot, page, "lr_find_button")
    qtbot.waitUntil(lambda: part(page, "lr_find_use").isVisible(), timeout=LONG)
    plot = part(page, "lr_find_plot")
    rates, _ = plot.curves()["smoothed"]
    assert rates[0] == pytest.approx(1e-7)
    assert "100 steps in 4.0 s" in part(page, "lr_find_status").text()
    assert "The form has 0.004" in part(page, "lr_find_status").text()
    qtbot.mouseClick(part(page, "lr_find_choice_2"), Qt.MouseButton.LeftButton)
    chosen = dialog_of(page).chosen_rate
    assert part(page, "lr_find_use").text() == f"Use {chosen:.2g}"
    qtbot.mouseClick(part(page, "lr_find_use"), Qt.MouseButton.LeftButton)
    assert child(page, "lr_spin").value() == pytest.approx(chosen)
    assert page.config.optim.lr == pytest.approx(chosen)  # an edit by hand


def test_it_can_be_cancelled_and_tried_again(find, make_page, qtbot) -> None:
    find += [None, StudioError("The data is gone.", "Choose another."), curve([2.3] * 100)]
    page = make_page()
    click(qtbot, page, "lr_find_button")
    qtbot.waitUntil(lambda: "Step 37" in part(page, "lr_find_status").text(), timeout=LONG)
    qtbot.keyClick(dialog_of(page), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: dialog_of(page) is None)
    qtbot.waitUntil(lambda: not page.context.tasks.is_busy)
    click(qtbot, page, "lr_find_button")
    qtbot.waitUntil(lambda: part(page, "lr_find_retry").isVisible(), timeout=LONG)
    assert part(page, "lr_find_status").text() == "The data is gone. Choose another."
    qtbot.mouseClick(part(page, "lr_find_retry"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "hardly fell" in part(page, "lr_find_status").text(), timeout=LONG)
    assert not part(page, "lr_find_use").isVisible()
    qtbot.mouseClick(part(page, "lr_find_close"), Qt.MouseButton.LeftButton)
    assert child(page, "lr_spin").value() == pytest.approx(0.004)


def test_a_training_ends_it_with_the_reason(find, make_page, qtbot) -> None:
    find.append(None)
    page = make_page()
    click(qtbot, page, "lr_find_button")
    qtbot.waitUntil(lambda: "Step 37" in part(page, "lr_find_status").text(), timeout=LONG)
    page.session._enter(TrainingState.RUNNING)
    assert "A training runs" in part(page, "lr_find_status").text()
    qtbot.mouseClick(part(page, "lr_find_retry"), Qt.MouseButton.LeftButton)
    assert "A training runs" in part(page, "lr_find_status").text()
    page.session._enter(TrainingState.READY)
    qtbot.keyClick(dialog_of(page), Qt.Key.Key_Escape)


def test_data_that_is_missing_is_marked_in_the_form(find, make_page, qtbot) -> None:
    page = make_page()
    page.choose_recipe("simple-vgg-mnist")
    click(qtbot, page, "lr_find_button")
    assert dialog_of(page) is None
    assert "not on this computer" in page.setup.form.dataset.fields()["data.source"].error()


def test_losses_that_diverge_do_not_flatten_the_curve() -> None:
    found = curve()
    losses, smoothed = visible_points(found)
    assert max(loss for _, loss in losses) < 5
    assert max(loss for _, loss in smoothed) < 5
    assert smoothed == list(zip(found.rates, found.smoothed, strict=True))[: len(smoothed)]
    assert visible_points(RateCurve.from_losses([1e-7], [2.0], True)) == ([(1e-7, 2.0)],) * 2
