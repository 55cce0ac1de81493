"""A banner shows a message and offers actions."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.banner import Banner


@pytest.fixture
def banner(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    banner = Banner(window)
    banner.window_reference = window  # otherwise Python deletes the window and the banner
    banner.resize(600, 40)
    window.resize(640, 80)
    window.show()
    return banner


def test_the_banner_is_hidden_until_it_has_a_message(banner):
    assert banner.isHidden()
    banner.show_message("The data is not there yet", "warn")
    assert banner.isVisible()
    assert banner.text() == "The data is not there yet"
    assert banner.accessibleName() == "Warning: The data is not there yet"


def test_an_action_with_a_text_is_visible_and_clickable(qtbot, banner):
    action = banner.findChild(QPushButton, "banner_action")
    banner.show_message("Ready")
    assert action.isHidden()
    banner.show_message("Not downloaded", "info", "Download")
    assert action.text() == "Download"
    with qtbot.waitSignal(banner.action_clicked):
        qtbot.mouseClick(action, Qt.MouseButton.LeftButton)


def test_the_banner_can_be_dismissed(qtbot, banner):
    banner.show_message("Saved", "good")
    qtbot.mouseClick(banner.findChild(QPushButton, "banner_close"), Qt.MouseButton.LeftButton)
    assert banner.isHidden()


@pytest.mark.parametrize("kind", ["info", "good", "warn", "bad"])
def test_each_kind_has_its_own_icon(banner, kind):
    banner.show_message("x", kind)
    icons = {}
    for other in ("info", "good", "warn", "bad"):
        banner.show_message("x", other)
        icon = next(label for label in banner.findChildren(QLabel) if not label.pixmap().isNull())
        icons[other] = icon.pixmap().toImage()
    assert all(icons[kind] != icons[other] for other in icons if other != kind)


def test_the_icon_is_repainted_after_a_theme_change(qapp, banner):
    banner.show_message("x", "bad")
    icon = next(label for label in banner.findChildren(QLabel) if not label.pixmap().isNull())
    light = icon.pixmap().toImage()
    theme_colors.set_current(theme_colors.DARK)
    try:
        qapp.sendEvent(banner, QEvent(QEvent.Type.PaletteChange))
        assert icon.pixmap().toImage() != light
    finally:
        theme_colors.set_current(theme_colors.LIGHT)
