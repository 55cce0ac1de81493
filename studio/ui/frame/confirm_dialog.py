"""A dialog that asks whether to stop the training and does not block the program."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.ui.shared.builders import label, text_button


class ConfirmDialog(QDialog):
    """Emits `accepted` if the stop is confirmed, else `rejected`, which is the default."""

    def __init__(self, name: str, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle("VGG Studio")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(420)
        body = QLabel("The best and the last weights are kept. You can resume the run later.")
        body.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addWidget(label("heading", title))
        column.addWidget(body)
        column.addSpacing(16)
        column.addLayout(self._button_row())

    def _button_row(self) -> QHBoxLayout:
        stop_button = text_button("question_action", "Stop and save", tooltip="Stop and save")
        stop_button.setProperty("kind", "danger")
        stop_button.clicked.connect(self.accept)
        cancel_button = text_button("question_stay", "Keep training", tooltip="Keep training")
        cancel_button.setProperty("kind", "primary")
        cancel_button.setDefault(True)
        cancel_button.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(stop_button)
        row.addWidget(cancel_button)
        return row
