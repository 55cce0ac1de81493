"""A question with two answers that does not block the program while it waits."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget


class ConfirmDialog(QDialog):
    """`accepted` means the action was chosen, `rejected` that all stays as it is."""

    def __init__(
        self, name: str, title: str, text: str, action: str, stay: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle("VGG Studio")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(420)
        heading = QLabel(title)
        heading.setProperty("role", "heading")
        body = QLabel(text)
        body.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addWidget(heading)
        column.addWidget(body)
        column.addSpacing(16)
        column.addLayout(self._buttons(action, stay))

    def _buttons(self, action: str, stay: str) -> QHBoxLayout:
        act = QPushButton(action)
        act.setObjectName("question_action")
        act.setToolTip(action)
        act.setProperty("kind", "danger")
        act.clicked.connect(self.accept)
        keep = QPushButton(stay)
        keep.setObjectName("question_stay")
        keep.setToolTip(stay)
        keep.setProperty("kind", "primary")
        keep.setDefault(True)
        keep.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(act)
        row.addWidget(keep)
        return row
