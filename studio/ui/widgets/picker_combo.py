"""A combo box for pages that use letter keys as shortcuts."""

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox


class PickerCombo(QComboBox):
    """Ignores letters, with which QComboBox selects the next item that begins with them."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().strip().isprintable() and event.text().strip():
            event.ignore()
        else:
            super().keyPressEvent(event)
