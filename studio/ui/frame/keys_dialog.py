"""The list of keys, shown by the ? key."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

KEYS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Everywhere",
        (
            ("Ctrl+1", "Train"),
            ("Ctrl+2", "Draw"),
            ("Ctrl+3", "Mistakes"),
            ("Ctrl+4", "Runs"),
            ("Ctrl+T", "Train with the settings on the Train page"),
            ("?", "Show this list"),
        ),
    ),
    (
        "While training",
        (("Space", "Pause or go on"), ("Esc", "Stop and save, after a question")),
    ),
    (
        "Draw",
        (("Ctrl+Z", "Undo the last stroke"), ("Ctrl+Shift+Z", "Redo"), ("Del", "Clear")),
    ),
    (
        "Mistakes",
        (("Arrows", "Move through the pictures"), ("Esc", "Show all classes again")),
    ),
    ("Runs", (("Ctrl+F", "Filter"), ("Enter", "Open the mistakes of the run"))),
)


class KeysDialog(QDialog):
    """Keys on the left, what they do on the right."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("keys_dialog")
        self.setWindowTitle("Keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        column.addLayout(self._table())
        close = QPushButton("Close")
        close.setObjectName("keys_close")
        close.setToolTip("Close this list (Esc)")
        close.setProperty("kind", "primary")
        close.clicked.connect(self.accept)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)

    def _table(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(1, 280)
        row = 0
        for title, keys in KEYS:
            heading = QLabel(title)
            heading.setProperty("role", "field")
            grid.addWidget(heading, row, 0, 1, 2)
            for offset, (key, meaning) in enumerate(keys, start=1):
                grid.addWidget(_key_cap(key), row + offset, 0, Qt.AlignmentFlag.AlignLeft)
                grid.addWidget(QLabel(meaning), row + offset, 1)
            row += len(keys) + 1
        return grid


def _key_cap(key: str) -> QLabel:
    native = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    cap = QLabel(native or key)
    cap.setProperty("key_cap", True)
    return cap
