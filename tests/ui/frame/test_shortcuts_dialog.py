"""The list of keys shows the shortcuts that the window and its views have."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QLabel, QPushButton

from studio.ui.draw.views import VIEWS as DRAW_VIEWS
from studio.ui.frame.shortcuts_dialog import COLUMNS, ShortcutsDialog
from studio.ui.mistakes.views import VIEWS
from studio.ui.shared.shortcuts import SHORTCUTS


def texts(dialog):
    return {label.text() for label in dialog.findChildren(QLabel)}


def test_every_shortcut_of_the_table_exists_in_the_window_and_no_other(open_window):
    window = open_window()
    for views, entries in (
        (window.mistakes_page.views, VIEWS),
        (window.draw_page.views, DRAW_VIEWS),
    ):
        for entry in entries:  # they are made when they are first opened
            views.view(entry.key)
    names = [shortcut.objectName() for shortcut in window.findChildren(QShortcut)]
    # "label_drawing" stands for the keys of all classes.
    listed = [name for name in names if not name.startswith("class_key_")]
    assert sorted(listed) == sorted(SHORTCUTS)


def test_the_list_shows_the_keys_and_the_text_of_each(qtbot, open_window):
    window = open_window()
    dialog = ShortcutsDialog(window)
    dialog.open()
    shown = texts(dialog)
    assert {shortcut.text for shortcut in SHORTCUTS.values()} <= shown
    assert {"Ctrl+T", "[", "]", "Ctrl+Y", "Enter"} <= shown
    assert {group for groups in COLUMNS for group in groups} <= shown
    with qtbot.waitSignal(dialog.finished):
        qtbot.mouseClick(dialog.findChild(QPushButton, "keys_close"), Qt.MouseButton.LeftButton)
