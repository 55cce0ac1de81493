"""The line of advice: shown while a training goes wrong, and applied with one click."""

import pytest

from studio.ui.widgets.banner import Banner
from tests.ui.train.conftest import child, click, type_value

LONG = 60_000


@pytest.fixture
def failing(page, qtbot):
    """A training with a learning rate that is far too high, with its advice."""
    type_value(qtbot, page, "lr_spin", "10")
    type_value(qtbot, page, "epochs_spin", "60")
    click(qtbot, page, "train_button")
    line = child(page, "advice_line", Banner)
    qtbot.waitUntil(lambda: "is too high:" in line.text() and line.isVisible(), timeout=LONG)
    return page


def test_advice_changes_the_training_and_the_next_one(qtbot, failing) -> None:
    line = child(failing, "advice_line", Banner)
    assert child(failing, "advice_line_action").text().startswith("Apply: learning rate 0.")

    click(qtbot, failing, "advice_line_second_action")
    assert "learning rate 1" in failing.live.banner.text()
    assert "Undo" in failing.live.banner.text()
    assert "is too high:" not in line.text()  # it is not said twice
    assert failing.config.optim.lr == 1
    assert failing.session.progress.config.optim.lr == 10
    failing.setup.undo()
    assert failing.config.optim.lr == 10
    with qtbot.waitSignal(failing.idle, timeout=LONG):
        failing.stop()


def test_apply_changes_the_rate_of_the_training_that_runs(qtbot, failing) -> None:
    click(qtbot, failing, "advice_line_action")
    log = failing.live.curves.log
    qtbot.waitUntil(lambda: "earning rate 0." in log.toPlainText(), timeout=LONG)
    with qtbot.waitSignal(failing.idle, timeout=LONG):
        failing.stop()


def test_dismissed_advice_does_not_return(qtbot, failing) -> None:
    line = child(failing, "advice_line", Banner)
    click(qtbot, failing, "advice_line_close")
    assert not line.isVisible() or "is too high:" not in line.text()
    with qtbot.waitSignal(failing.idle, timeout=LONG):
        failing.stop()
    assert "is too high:" not in line.text() or not line.isVisible()


def test_a_new_training_begins_without_advice(qtbot, failing) -> None:
    with qtbot.waitSignal(failing.idle, timeout=LONG):
        failing.stop()
    type_value(qtbot, failing, "lr_spin", "0.004")
    type_value(qtbot, failing, "epochs_spin", "1")
    click(qtbot, failing, "train_button")
    assert not child(failing, "advice_line").isVisible()
    with qtbot.waitSignal(failing.idle, timeout=LONG):
        pass
