"""A dialog that asks for confirmation and does not block the program."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.ui.shared.builders import label


class ConfirmDialog(QDialog):
    """Emits `accepted` if the action is confirmed, else `rejected`, which is the default."""

    def __init__(
        self, name: str, title: str, text: str, action: str, cancel: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle("VGG Studio")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(420)
        body = QLabel(text)
        body.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addWidget(label("heading", title))
        column.addWidget(body)
        column.addSpacing(16)
        column.addLayout(self._button_row(action, cancel))

    def _button_row(self, action: str, cancel: str) -> QHBoxLayout:
        action_button = QPushButton(action)
        action_button.setObjectName("question_action")
        action_button.setToolTip(action)
        action_button.setProperty("kind", "danger")
        action_button.clicked.connect(self.accept)
        cancel_button = QPushButton(cancel)
        cancel_button.setObjectName("question_stay")
        cancel_button.setToolTip(cancel)
        cancel_button.setProperty("kind", "primary")
        cancel_button.setDefault(True)
        cancel_button.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(action_button)
        row.addWidget(cancel_button)
        return row
