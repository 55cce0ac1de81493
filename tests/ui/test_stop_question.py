"""The Stop button and Esc ask the same question, and the training goes on meanwhile."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton, QSpinBox, QWidget

from studio.runs import RunStatus
from studio.ui import theme
from studio.ui.page_stack import RUNS, TRAIN

LONG = 60_000


@pytest.fixture
def window(open_window, qapp, tmp_path):
    theme.apply(qapp, "light")
    window = open_window(data_dir=tmp_path / "data")
    window.show_page(TRAIN)
    return window


def start(qtbot, window, epochs: int = 500):
    window.findChild(QSpinBox, "epochs_spin").setValue(epochs)
    with qtbot.waitSignal(window.train_page.run_started, timeout=LONG) as started:
        click(qtbot, window.findChild(QPushButton, "train_button"))
    return window.context.store.open(started.args[0])


def click(qtbot, widget: QWidget) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def ask(qtbot, window, how: str) -> QDialog:
    if how == "button":
        click(qtbot, window.findChild(QPushButton, "stop_button"))
    else:
        window.nav_bar.pages.setFocus()
        qtbot.keyClick(window.nav_bar.pages, Qt.Key.Key_Escape)
    (question,) = window.findChildren(QDialog, "stop_question")
    assert question.isVisible()
    return question


@pytest.mark.parametrize("how", ["button", "Esc"])
def test_both_ask_and_the_training_goes_on_until_the_answer(qtbot, window, how) -> None:
    run = start(qtbot, window)
    watch = window.train_page.session.progress
    question = ask(qtbot, window, how)
    epochs = len(watch.epochs)
    qtbot.waitUntil(lambda: len(watch.epochs) > epochs + 1, timeout=LONG)
    assert window.train_page.is_training
    with qtbot.waitSignal(window.train_page.idle, timeout=LONG):
        click(qtbot, question.findChild(QPushButton, "question_action"))
    assert run.status.status is RunStatus.STOPPED


@pytest.mark.parametrize("how", ["button", "Esc"])
def test_a_training_that_is_kept_goes_on(qtbot, window, how) -> None:
    start(qtbot, window)
    watch = window.train_page.session.progress
    question = ask(qtbot, window, how)
    with qtbot.waitSignal(question.finished):
        click(qtbot, question.findChild(QPushButton, "question_stay"))
    epochs = len(watch.epochs)
    qtbot.waitUntil(lambda: len(watch.epochs) > epochs + 1, timeout=LONG)


def test_the_question_goes_when_the_training_ends_first(qtbot, window) -> None:
    run = start(qtbot, window, epochs=4)
    question = ask(qtbot, window, "button")
    with qtbot.waitSignal(question.finished, timeout=LONG):
        pass
    assert run.status.status is RunStatus.FINISHED


def test_a_key_resumes_from_any_page(qtbot, window) -> None:
    run = start(qtbot, window, epochs=15)
    qtbot.waitUntil(lambda: len(window.train_page.session.progress.epochs) > 0, timeout=LONG)
    question = ask(qtbot, window, "Esc")
    with qtbot.waitSignal(window.train_page.idle, timeout=LONG):
        click(qtbot, question.findChild(QPushButton, "question_action"))
    window.show_page(RUNS)
    with qtbot.waitActive(window):
        window.activateWindow()
    with qtbot.waitSignal(window.train_page.idle, timeout=LONG):
        qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert window.train_page.isVisible()
    assert run.status.status is RunStatus.FINISHED
    assert run.status.epochs_done == 15
