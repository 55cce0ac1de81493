"""Errors reach the person in words, with a report where they were not foreseen."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QWidget

from studio.errors import ConfigError, StudioError
from studio.ui.shared.error_dialog import error_report, error_text, show_error


@pytest.fixture
def window(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_foreseen_error_says_what_and_what_next(qtbot, window):
    dialog = show_error(window, StudioError("The file is damaged.", "Download it again."))
    assert dialog.isVisible()
    assert dialog.message() == "The file is damaged.\nDownload it again."
    assert dialog.findChild(QPlainTextEdit) is None
    with qtbot.waitSignal(dialog.finished):
        qtbot.mouseClick(dialog.findChild(QPushButton, "error_close"), Qt.MouseButton.LeftButton)


def test_an_unforeseen_error_has_a_report_to_copy(qtbot, window):
    text = "Traceback: in fit\nRuntimeError: CUDA out of memory"
    dialog = show_error(window, RuntimeError("CUDA out of memory\nmore"), text)
    assert dialog.message().startswith("Something went wrong\nRuntimeError: CUDA out of memory.")
    qtbot.mouseClick(dialog.findChild(QPushButton, "error_copy"), Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert copied == dialog.report()
    assert text in copied
    assert "PySide6" in copied
    dialog.close()


def test_the_dialog_does_not_block(qtbot, window):
    dialog = show_error(window, ValueError("x"))
    assert dialog.isVisible()  # and the test goes on: exec() would not have returned
    dialog.close()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ConfigError("optim.lr", "Too large.", "Try 0.1."), ("Too large.", "Try 0.1.")),
        (StudioError("Gone."), ("Gone.", "")),
        (KeyError(), ("Something went wrong", "KeyError. The program continues, ")),
    ],
)
def test_words(error, words):
    title, hint = error_text(error)
    assert title == words[0]
    assert hint.startswith(words[1])


def test_a_report_without_a_traceback_names_the_error():
    assert "ValueError('odd')" in error_report(ValueError("odd"), "")
