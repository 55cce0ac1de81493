"""A dialog that asks for a confirmation and does not block the program."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.ui.shared.builders import label, text_button


@dataclass(frozen=True)
class Question:
    """What is asked: the consequence of `action`, and `stay`, which changes nothing."""

    title: str
    body: str
    action: str
    stay: str


def stop_question(title: str, note: str = "") -> Question:
    """Ask whether to stop the training; `note` is what else follows, as a sentence."""
    body = "The best and the last weights are kept. You can resume the run later."
    return Question(title, f"{body} {note}".rstrip(), "Stop and save", "Keep training")


class ConfirmDialog(QDialog):
    """Emits `accepted` if the action is confirmed, else `rejected`, which is the default."""

    def __init__(self, name: str, question: Question, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle("VGG Studio")
        self.setAccessibleName(question.title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(420)
        body = QLabel(question.body)
        body.setTextFormat(Qt.TextFormat.PlainText)
        body.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addWidget(label("heading", question.title))
        column.addWidget(body)
        column.addSpacing(16)
        column.addLayout(self._button_row(question))

    def _button_row(self, question: Question) -> QHBoxLayout:
        action, stay = question.action, question.stay
        action_button = text_button("question_action", action, tooltip=action)
        action_button.setProperty("kind", "danger")
        action_button.clicked.connect(self.accept)
        stay_button = text_button("question_stay", stay, tooltip=stay)
        stay_button.setProperty("kind", "primary")
        stay_button.setDefault(True)
        stay_button.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(action_button)
        row.addWidget(stay_button)
        return row
