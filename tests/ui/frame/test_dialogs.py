"""Questions and the list of keys open without blocking and answer to mouse and keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from studio.ui.frame.confirm_dialog import ConfirmDialog
from studio.ui.frame.shortcuts_dialog import LEFT, RIGHT, ShortcutsDialog


@pytest.fixture
def question(qtbot, window):
    made = ConfirmDialog("stop_question", "Stop?", "The weights are kept.", "Stop", "Keep", window)
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


def test_the_list_has_every_key_with_its_meaning(qtbot, window):
    dialog = ShortcutsDialog(window)
    dialog.open()
    words = {label.text() for label in dialog.findChildren(QLabel)}
    for _, keys in LEFT + RIGHT:
        for _, meaning in keys:
            assert meaning in words
    assert "Ctrl+T" in words
    with qtbot.waitSignal(dialog.finished):
        qtbot.mouseClick(dialog.findChild(QPushButton, "keys_close"), Qt.MouseButton.LeftButton)
