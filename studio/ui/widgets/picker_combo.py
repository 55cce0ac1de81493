"""A combo box for pages whose letter keys are commands."""

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox


class PickerCombo(QComboBox):
    """Changes by arrows, Space and the open list, but never because a letter was typed.

    Any other combo box jumps to the next item that begins with the letter.
    """

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().strip().isprintable() and event.text().strip():
            event.ignore()
        else:
            super().keyPressEvent(event)
