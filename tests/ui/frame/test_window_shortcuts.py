"""The shortcuts of the window emit their signals; those of a training while one runs."""

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.ui.frame.window_shortcuts import WindowShortcuts


class Heard(QObject):
    """Notes which key was heard."""

    def __init__(self, shortcuts):
        super().__init__()
        self.said = []
        shortcuts.page_pressed.connect(self.on_page)
        shortcuts.train_pressed.connect(self.on_train)
        shortcuts.form_pressed.connect(self.on_setup)
        shortcuts.pause_pressed.connect(self.on_pause)
        shortcuts.stop_pressed.connect(self.on_stop)
        shortcuts.list_pressed.connect(self.on_keys)

    def on_page(self, page):
        self.said.append(page)

    def on_train(self):
        self.said.append("train")

    def on_setup(self):
        self.said.append("setup")

    def on_pause(self):
        self.said.append("pause")

    def on_stop(self):
        self.said.append("stop")

    def on_keys(self):
        self.said.append("keys")


@pytest.fixture
def shortcuts(window):
    QVBoxLayout(window)
    return WindowShortcuts(window)


@pytest.fixture
def heard(shortcuts):
    return Heard(shortcuts)


def focus(qtbot, window, widget):
    window.layout().addWidget(widget)
    widget.show()
    widget.setFocus()
    qtbot.waitUntil(widget.hasFocus)
    return widget


@pytest.mark.parametrize("number", range(4))
def test_control_and_a_digit_choose_a_page(qtbot, window, heard, number):
    qtbot.keyClick(window, str(number + 1), Qt.KeyboardModifier.ControlModifier)
    assert heard.said == [number]


def test_control_t_trains_control_b_shows_settings_and_a_question_mark_lists_keys(
    qtbot, window, heard
):
    qtbot.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(window, "?")
    assert heard.said == ["train", "setup", "keys"]


def test_a_question_mark_typed_into_a_field_stays_there(qtbot, window, heard):
    line = focus(qtbot, window, QLineEdit())
    qtbot.keyClick(line, "?")
    assert heard.said == []
    assert line.text() == "?"


def test_space_and_escape_do_nothing_without_a_training(qtbot, window, heard):
    focus(qtbot, window, QListWidget())
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert heard.said == []


def test_space_pauses_and_escape_stops_a_training(qtbot, window, shortcuts, heard):
    shortcuts.set_training(True)
    focus(qtbot, window, QListWidget())
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert heard.said == ["pause", "stop"]
    shortcuts.set_training(False)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert heard.said == ["pause", "stop"]


@pytest.mark.parametrize(
    "kind", [QLineEdit, QPlainTextEdit, QDoubleSpinBox, QComboBox, QPushButton, QCheckBox]
)
def test_space_belongs_to_what_uses_it(qtbot, window, shortcuts, heard, kind):
    shortcuts.set_training(True)
    widget = focus(qtbot, window, kind())
    qtbot.keyClick(widget, Qt.Key.Key_Space)
    assert heard.said == []
    if isinstance(widget, QComboBox):
        widget.hidePopup()


def test_space_belongs_to_the_canvas(qtbot, window, shortcuts, heard):
    canvas = QWidget()
    canvas.setObjectName("digit_canvas")
    canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    shortcuts.set_training(True)
    focus(qtbot, window, canvas)
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    assert heard.said == []


def test_a_button_in_focus_is_still_pressed_by_space(qtbot, window, shortcuts, heard):
    shortcuts.set_training(True)
    button = focus(qtbot, window, QPushButton())
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(button, Qt.Key.Key_Space)
