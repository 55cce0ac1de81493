"""The banner says one thing and offers one action."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.banner import Banner


@pytest.fixture
def banner(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    made = Banner(window)
    made.window_kept = window  # or Python would take it away, and the banner with it
    made.resize(600, 40)
    window.resize(640, 80)
    window.show()
    return made


def test_it_is_hidden_until_it_has_something_to_say(banner):
    assert banner.isHidden()
    banner.show_message("The data is not there yet", "warn")
    assert banner.isVisible()
    assert banner.text() == "The data is not there yet"
    assert banner.accessibleName() == "Warning: The data is not there yet"


def test_the_action_is_there_only_with_a_word_and_answers_a_click(qtbot, banner):
    action = banner.findChild(QPushButton, "banner_action")
    banner.show_message("Ready")
    assert action.isHidden()
    banner.show_message("Not downloaded", "info", "Download")
    assert action.text() == "Download"
    with qtbot.waitSignal(banner.action_clicked):
        qtbot.mouseClick(action, Qt.MouseButton.LeftButton)


def test_it_can_be_put_away(qtbot, banner):
    banner.show_message("Saved", "good")
    qtbot.mouseClick(banner.findChild(QPushButton, "banner_close"), Qt.MouseButton.LeftButton)
    assert banner.isHidden()


@pytest.mark.parametrize("kind", ["info", "good", "warn", "bad"])
def test_each_kind_has_its_own_mark(banner, kind):
    banner.show_message("x", kind)
    marks = {}
    for other in ("info", "good", "warn", "bad"):
        banner.show_message("x", other)
        picture = next(
            label for label in banner.findChildren(QLabel) if not label.pixmap().isNull()
        )
        marks[other] = picture.pixmap().toImage()
    assert all(marks[kind] != marks[other] for other in marks if other != kind)


def test_the_mark_follows_the_colours(qapp, banner, monkeypatch):
    banner.show_message("x", "bad")
    picture = next(label for label in banner.findChildren(QLabel) if not label.pixmap().isNull())
    light = picture.pixmap().toImage()
    monkeypatch.setattr(theme_colors, "_current", theme_colors.DARK)
    colors = qapp.palette()
    colors.setColor(colors.ColorRole.Window, Qt.GlobalColor.black)
    banner.setPalette(colors)
    assert picture.pixmap().toImage() != light
