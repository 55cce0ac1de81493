"""The list of keys, shown by the ? key."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

Group = tuple[str, tuple[tuple[str, str], ...]]

LEFT: tuple[Group, ...] = (
    (
        "Everywhere",
        (
            ("Ctrl+1", "Train"),
            ("Ctrl+2", "Draw"),
            ("Ctrl+3", "Mistakes"),
            ("Ctrl+4", "Runs"),
            ("Ctrl+T", "Start training"),
            ("Ctrl+R", "Resume the run that was stopped"),
            ("?", "Show this list"),
        ),
    ),
    ("Train", (("Ctrl+B", "Show or hide the settings"),)),
    ("While training", (("Space", "Pause or go on"), ("Esc", "Stop and save, after a question"))),
    ("Runs", (("Ctrl+F", "Filter"), ("Enter", "Explore the mistakes of the run"))),
)
RIGHT: tuple[Group, ...] = (
    (
        "Draw",
        (
            ("P", "Pen"),
            ("E", "Eraser"),
            ("Ctrl+Z", "Undo the last stroke"),
            ("Ctrl+Shift+Z", "Redo it"),
            ("Del", "Clear"),
            ("Ctrl+O", "Open a picture"),
            ("Ctrl+V", "Paste a picture"),
        ),
    ),
    (
        "Mistakes",
        (
            ("Arrows", "Move through the pictures"),
            ("N", "Next mistake"),
            ("P", "Previous mistake"),
            ("W", "Why: where the network looked"),
            ("Esc", "Show all classes again"),
        ),
    ),
)


class ShortcutsDialog(QDialog):
    """Keys, each with what it does, in two columns."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("keys_dialog")
        self.setWindowTitle("Keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        heading = QLabel("Keys")
        heading.setProperty("role", "title")
        close = QPushButton("Close")
        close.setObjectName("keys_close")
        close.setToolTip("Close this list (Esc)")
        close.clicked.connect(self.accept)
        columns = QHBoxLayout()
        columns.setSpacing(48)
        columns.addLayout(_groups(LEFT))
        columns.addLayout(_groups(RIGHT))
        page = QVBoxLayout(self)
        page.setContentsMargins(24, 24, 24, 24)
        page.setSpacing(16)
        page.addWidget(heading)
        page.addLayout(columns)
        page.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)


def _groups(groups: tuple[Group, ...]) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(20)
    for group in groups:
        column.addLayout(_group(group))
    column.addStretch(1)
    return column


def _group(group: Group) -> QGridLayout:
    title, keys = group
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(6)
    grid.setColumnMinimumWidth(0, 112)
    grid.setColumnStretch(1, 1)
    heading = QLabel(title)
    heading.setProperty("role", "field")
    grid.addWidget(heading, 0, 0, 1, 2)
    for row, (key, meaning) in enumerate(keys, start=1):
        grid.addWidget(_key_cap(key), row, 0, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(QLabel(meaning), row, 1)
    return grid


def _key_cap(key: str) -> QLabel:
    native = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    cap = QLabel(native or key)
    cap.setProperty("key_cap", True)
    return cap
