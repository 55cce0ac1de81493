"""A run that ends no better than guessing is not shown as a success."""

from PySide6.QtWidgets import QProgressBar

from studio.ui.train.live.training_state import TrainingState
from tests.ui.train.conftest import child, click, type_value

LONG = 120_000


def train(qtbot, page, epochs: str) -> None:
    type_value(qtbot, page, "epochs_spin", epochs)
    with qtbot.waitSignal(page.idle, timeout=LONG):
        click(qtbot, page, "train_button")


def test_a_run_at_chance_level_warns_and_says_why(page, qtbot) -> None:
    type_value(qtbot, page, "lr_spin", "10")
    train(qtbot, page, "2")
    assert page.session.state is TrainingState.AT_CHANCE
    assert child(page, "train_progress", QProgressBar).property("tone") == "warn"
    assert "at chance level" in child(page, "status_label").text()
    banner = page.live.banner
    assert banner.isVisible()
    assert banner.kind == "warn"
    assert "guessing among 10 classes gives 10.0 %" in banner.text()
    assert "The learning rate 10 is probably too high for AdamW. Try 0.001." in banner.text()
    assert not child(page, "resume_button").isVisible()


def test_a_run_that_learned_is_a_success(page, qtbot) -> None:
    train(qtbot, page, "6")
    assert page.session.state is TrainingState.FINISHED
    assert child(page, "train_progress", QProgressBar).property("tone") == "good"
    assert not page.live.banner.isVisible()
    text = child(page, "status_label").text()
    assert "Validation is better than training because dropout, label smoothing and" in text
