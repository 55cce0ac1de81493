"""The list of keys, generated from the shortcuts that exist in the window."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from studio.ui.shared.builders import label, text_button
from studio.ui.shared.shortcuts import DRAW, GENERAL, MISTAKES, RUNS, SHORTCUTS, TRAIN, TRAINING

COLUMNS = ((GENERAL, TRAIN, TRAINING, RUNS), (DRAW, MISTAKES))


class ShortcutsDialog(QDialog):
    """Keys, each with what it does, in two columns."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("keys_dialog")
        self.setWindowTitle("Keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        close = text_button("keys_close", "Close", tooltip="Close this list (Esc)")
        close.clicked.connect(self.accept)
        shortcuts = window_shortcuts(window)
        columns = QHBoxLayout()
        columns.setSpacing(48)
        for groups in COLUMNS:
            column = QVBoxLayout()
            column.setSpacing(20)
            for group in groups:
                in_group = [s for s in shortcuts if SHORTCUTS[s.objectName()].group == group]
                if in_group:
                    column.addLayout(_group_grid(group, in_group))
            column.addStretch(1)
            columns.addLayout(column)
        page = QVBoxLayout(self)
        page.setContentsMargins(24, 24, 24, 24)
        page.setSpacing(16)
        page.addWidget(label("title", "Keys"))
        page.addLayout(columns)
        page.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)


def window_shortcuts(window: QWidget) -> list[QShortcut]:
    """Return the shortcuts of a window that are in `SHORTCUTS`, in the order of that table."""
    by_name = {shortcut.objectName(): shortcut for shortcut in window.findChildren(QShortcut)}
    return [by_name[name] for name in SHORTCUTS if name in by_name]


def _group_grid(title: str, shortcuts: Iterable[QShortcut]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(6)
    grid.setColumnMinimumWidth(0, 112)
    grid.setColumnStretch(1, 1)
    grid.addWidget(label("field", title), 0, 0, 1, 2)
    for row, shortcut in enumerate(shortcuts, start=1):
        grid.addLayout(_key_caps(shortcut), row, 0)
        grid.addWidget(QLabel(shortcut.whatsThis()), row, 1)
    return grid


def _key_caps(shortcut: QShortcut) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(4)
    sequences = shortcut.keys()
    texts = [keys.toString(QKeySequence.SequenceFormat.NativeText) for keys in sequences]
    for text in texts:
        if text == "Return" and "Enter" in texts:  # one key to the user
            continue
        cap = QLabel(text)
        cap.setProperty("key_cap", True)
        row.addWidget(cap)
    row.addStretch(1)
    return row
