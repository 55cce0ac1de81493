"""The list of all keyboard shortcuts."""

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.ui.shared.builders import label, text_button
from studio.ui.shared.shortcuts import (
    DRAW,
    GENERAL,
    LABEL_ISSUES,
    MAP,
    MISTAKES,
    QUEUE,
    RUNS,
    SHORTCUTS,
    TRAIN,
    TRAINING,
    Shortcut,
)

COLUMNS = ((GENERAL, TRAIN, TRAINING, QUEUE, RUNS, DRAW), (MISTAKES, LABEL_ISSUES, MAP))


class ShortcutsDialog(QDialog):
    """Keys, each with what it does, in two columns that scroll in a low window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("keys_dialog")
        self.setWindowTitle("Keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        close = text_button("keys_close", "Close", tooltip="Close this list (Esc)")
        close.clicked.connect(self.accept)
        page = QVBoxLayout(self)
        page.setContentsMargins(24, 24, 24, 24)
        page.setSpacing(16)
        page.addWidget(label("title", "Keys"))
        page.addWidget(_KeyList())
        page.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        close.setFocus()


class _KeyList(QScrollArea):
    """As large as its content, if the window allows it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._content = QWidget()
        columns = QHBoxLayout(self._content)
        columns.setContentsMargins(0, 0, 16, 0)
        columns.setSpacing(32)
        for groups in COLUMNS:
            columns.addLayout(_column(groups))
        self.setWidget(self._content)
        self.setWidgetResizable(True)
        self.setMinimumWidth(self._content.sizeHint().width())

    def sizeHint(self) -> QSize:
        return self._content.sizeHint()


def _column(groups: Iterable[str]) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(16)
    for group in groups:
        shortcuts = [shortcut for shortcut in SHORTCUTS.values() if shortcut.group == group]
        column.addLayout(_group_grid(group, shortcuts))
    column.addStretch(1)
    return column


def _group_grid(title: str, shortcuts: Iterable[Shortcut]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(4)
    grid.setColumnMinimumWidth(0, 112)
    grid.setColumnStretch(1, 1)
    grid.addWidget(label("field", title), 0, 0, 1, 2)
    for row, shortcut in enumerate(shortcuts, start=1):
        grid.addLayout(_key_caps(shortcut), row, 0)
        grid.addWidget(QLabel(shortcut.text), row, 1)
    return grid


def _key_caps(shortcut: Shortcut) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(4)
    native = QKeySequence.SequenceFormat.NativeText
    texts = [QKeySequence(keys).toString(native) for keys in shortcut.keys]
    for text in texts:
        if text == "Return" and "Enter" in texts:  # one key to the user
            continue
        cap = QLabel(text)
        cap.setProperty("key_cap", True)
        row.addWidget(cap)
    row.addStretch(1)
    return row
