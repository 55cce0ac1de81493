"""Confirmations open without blocking, and are answered by mouse and keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from studio.ui.shared.confirm_dialog import ConfirmDialog, stop_question


@pytest.fixture
def window(qtbot):
    made = QWidget()
    made.resize(400, 300)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.close()


@pytest.fixture
def question(qtbot, window):
    made = ConfirmDialog("stop_question", stop_question("Stop this training?"), window)
    made.open()
    return made


def test_the_action_accepts(qtbot, question):
    with qtbot.waitSignal(question.accepted):
        qtbot.mouseClick(
            question.findChild(QPushButton, "question_action"), Qt.MouseButton.LeftButton
        )


def test_staying_rejects(qtbot, question):
    with qtbot.waitSignal(question.rejected):
        qtbot.mouseClick(
            question.findChild(QPushButton, "question_stay"), Qt.MouseButton.LeftButton
        )


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_the_careless_key_changes_nothing(qtbot, question, key):
    with qtbot.waitSignal(question.rejected):
        qtbot.keyClick(question, key)
