"""A line in which the user types what to search for."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget


class SearchEdit(QLineEdit):
    """Has a cross that clears it. `left` is emitted when a key leads back to what is searched.

    Escape clears the text first; Return and Down keep it.
    """

    left = Signal()

    def __init__(self, placeholder: str, icon: QIcon, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setClearButtonEnabled(True)
        clear = self.findChild(QToolButton)
        self.addAction(icon, QLineEdit.ActionPosition.LeadingPosition)
        for button in self.findChildren(QToolButton):
            name, text = ("clear_search", "Clear") if button is clear else ("search_icon", "Search")
            button.setObjectName(name)
            button.setAccessibleName(text)
            button.setToolTip(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape and self.text():
            self.clear()
            self.textEdited.emit("")
        elif key in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.left.emit()
        else:
            super().keyPressEvent(event)
