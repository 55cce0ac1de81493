"""The Mistakes page in its window, reached and used by keys alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from studio.ui.page_stack import DRAW, MISTAKES
from studio.ui.widgets.digit_canvas import DigitCanvas

WAIT = 30_000


@pytest.fixture
def window(qtbot, open_window, trained):
    window = open_window(runs_dir=trained[0])
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def press(qtbot, key, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(QApplication.focusWidget(), key, modifier)


@pytest.mark.parametrize("start", ["draw_page", "nav_bar"])
def test_keys_go_to_the_samples_after_the_key_of_the_page(qtbot, window, trained, start):
    focus = (
        window.nav_bar.pages
        if start == "nav_bar"
        else window.findChild(DigitCanvas, "digit_canvas")
    )
    focus.setFocus()
    qtbot.waitUntil(focus.hasFocus)
    press(qtbot, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    view = window.mistakes_page.samples_view
    qtbot.waitUntil(view.isVisible, timeout=WAIT)
    qtbot.waitUntil(view.grid.hasFocus)
    press(qtbot, Qt.Key.Key_N)
    assert view.grid.currentIndex().row() == 1
    press(qtbot, Qt.Key.Key_B)
    assert window.mistakes_page.picker.run == trained[1]
    press(qtbot, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    press(qtbot, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(view.grid.hasFocus)


def test_the_keys_of_the_page_work_while_the_navigation_has_the_focus(qtbot, window):
    window.show_page(MISTAKES)
    qtbot.waitUntil(window.mistakes_page.samples_view.isVisible, timeout=WAIT)
    window.show_page(DRAW)
    window.nav_bar.pages.setFocus()
    qtbot.waitUntil(window.nav_bar.pages.hasFocus)
    press(qtbot, Qt.Key.Key_Down)
    qtbot.waitUntil(window.mistakes_page.isVisible)
    qtbot.wait(0)
    assert window.nav_bar.pages.hasFocus()
    press(qtbot, Qt.Key.Key_N)
    assert window.mistakes_page.samples_view.grid.currentIndex().row() == 1
    press(qtbot, Qt.Key.Key_Down)
    assert window.runs_page.isVisible()
