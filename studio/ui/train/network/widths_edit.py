"""A line edit of filter or unit counts that Up and Down change."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from studio.ui.train.form.layer_widths_text import step_at

_STEPS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}


class WidthsEdit(QLineEdit):
    """Up and Down change the number at the cursor, as in a spin box."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        text, caret = step_at(self.text(), self.cursorPosition(), step)
        self.setText(text)
        self.setCursorPosition(caret)
